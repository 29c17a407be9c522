// The commands that a pod adds to its own shell: which there are, and a run of one of them.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { printOut } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import type { Input } from './input.ts'

/** Their names; none where the pod is not up, or its host knows of none. */
export async function podCommandNames(host: RemoteHost, name: string | undefined): Promise<string[]> {
  if (name === undefined) return []
  try {
    return (await host.call('pod.commands', { name })).commands
  } catch (error) {
    // The verbs are there all the same: with them it can be started, or pushed.
    if (error instanceof P8aError && ['pod_not_up', 'pod_not_found', 'unsupported'].includes(error.code)) return []
    throw error
  }
}

export type PodCommand = { host: RemoteHost; name: string; input: Input; output: Output; signal: AbortSignal }

/** Runs the command `argv`, and prints what it returns. */
export async function runPodCommand(argv: string[], { host, name, input, output, signal }: PodCommand): Promise<void> {
  /** What was shown since the last end of a line. */
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
          // What was under way already is shown too: all of it waits for the same.
          draining ??= once(process.stdout, 'drain').then(() => {
            draining = undefined
          })
          return draining
        },
        ask: async question => {
          // The question becomes the prompt, and with it what stands before it in that line.
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
