// The commands that a pod adds to its own shell: their names, and running one of them.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { printOut } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import type { Input } from './input.ts'

/** Their names; none if the pod is not up or its host has no such commands. */
export async function podCommandNames(host: RemoteHost, name: string | undefined): Promise<string[]> {
  if (name === undefined) return []
  try {
    return (await host.call('pod.commands', { name })).commands
  } catch (error) {
    // The shell still has its verbs: they can start the pod, or push it.
    if (error instanceof P8aError && ['pod_not_up', 'pod_not_found', 'unsupported'].includes(error.code)) return []
    throw error
  }
}

export type PodCommand = { host: RemoteHost; name: string; input: Input; output: Output; signal: AbortSignal }

/** Runs the command `argv`, and prints what it returns. */
export async function runPodCommand(argv: string[], { host, name, input, output, signal }: PodCommand): Promise<void> {
  /** The text since the last line break. */
  let begun = ''
  let draining: Promise<void> | undefined
  const over = new AbortController()
  const { value } = await host
    .command(
      { name, argv },
      {
        signal,
        show: sent => {
          if (signal.aborted) return
          const text = tame(sent)
          begun = text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : begun + text
          if (printOut(text)) return
          // All texts that come meanwhile wait for the same `drain`.
          draining ??= once(process.stdout, 'drain').then(() => {
            draining = undefined
          })
          return draining
        },
        ask: async question => {
          // The prompt is the question with the text that stands before it in its line.
          const prompt = begun + tame(question)
          if (input.echoes) begun = ''
          return await input.answer(prompt, AbortSignal.any([signal, over.signal]))
        },
      },
    )
    .finally(() => {
      over.abort()
      if (begun !== '' && !signal.aborted) printOut('\n')
    })
  if (signal.aborted || value === null) return
  output.answer(value, () => (typeof value === 'string' ? value.replace(/\n$/, '') : JSON.stringify(value)))
}
