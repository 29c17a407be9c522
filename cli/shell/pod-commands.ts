// The commands that a pod adds to its own shell, or a host to its own: their names, and running one of them.
import { once } from 'node:events'
import { type ErrorCode, P8aError } from '../../protocol/errors.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { printOut } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import type { Input } from './input.ts'

/** `bad_params`: an older host knows only commands of pods. */
const unknowable: ErrorCode[] = ['pod_not_up', 'pod_not_found', 'unsupported', 'bad_params']

/** Their names, of a pod or, without a name, of the host; none where nobody can be asked for them. */
export async function podCommandNames(host: RemoteHost, name: string | undefined): Promise<string[]> {
  try {
    return (await host.call('pod.commands', name === undefined ? {} : { name })).commands
  } catch (error) {
    // The shell still has its verbs: they can start the pod, or push it.
    if (error instanceof P8aError && (unknowable.includes(error.code) || isOwnerAway(error))) return []
    throw error
  }
}

export type PodCommand = {
  host: RemoteHost
  name: string | undefined
  input: Pick<Input, 'echoes' | 'answer'>
  output: Output
  signal: AbortSignal
}

/** Runs the command `argv`, and prints what it returns. */
export async function runPodCommand(argv: string[], { host, name, input, output, signal }: PodCommand): Promise<void> {
  /** The text since the last line break. */
  let begun = ''
  let draining: Promise<void> | undefined
  const over = new AbortController()
  const { value } = await host
    .command(
      { argv, ...(name !== undefined && { name }) },
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
    .catch(error => {
      throw asUsage(error)
    })
    .finally(() => {
      over.abort()
      if (begun !== '' && !signal.aborted) printOut('\n')
    })
  if (signal.aborted || value === null) return
  output.answer(value, () => (typeof value === 'string' ? value.replace(/\n$/, '') : JSON.stringify(value)))
}

/** A command may throw an error with the code `usage`: what was typed was wrong. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof P8aError) || error.code !== 'call_failed' || error.facts.errorCode !== 'usage') return error
  return new P8aError('usage', error.message, { hint: error.steps, cause: error })
}

/** Whether the pod that is the host is away. Where the connection is lost, nothing is known of a path. */
function isOwnerAway({ code, facts }: P8aError): boolean {
  return code === 'host_gone' && 'path' in facts
}
