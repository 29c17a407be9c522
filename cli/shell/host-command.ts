// `pod WORD [REMOTE] …` for a word that `pod` does not know: a command of the host at that remote. Its pods bring it, or the pod that
// answers for the host.
import type { Context } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { isRemote, localName } from '../remote/remotes.ts'
import type { Input } from './input.ts'
import { Plain } from './plain.ts'
import { podCommandNames, runPodCommand } from './pod-commands.ts'
import { Script } from './script.ts'

/** How long a host may be silent that is asked about a word: most such words are mistyped. */
const askedMs = 2000

/**
 * Runs the command.
 * @param words its name, the remote, which may be left out, and what the command itself is given
 * @returns whether there is such a command
 * @throws {P8aError} what the command throws
 */
export async function runHostCommand(words: readonly string[], context: Context): Promise<boolean> {
  const [word = '', next = '', ...others] = words
  const [remote, args] = isRemote(next) ? [next, others] : [localName, words.slice(1)]
  // A person who mistypes a verb is told so, whatever is the matter with that host.
  const silenceMs = context.silenceMs === 0 ? askedMs : Math.min(context.silenceMs, askedMs)
  const names: string[] = await withHost(
    remote,
    { ...context, silenceMs },
    async host => await podCommandNames(host, undefined),
  ).catch(() => [])
  if (!names.includes(word)) return false
  await withHost(remote, context, async host => await runOnHost(host, [word, ...args], context))
  return true
}

/** Runs a command that a pod brings to its host. @throws {P8aError} what it throws; `usage` if it says so */
export async function runOnHost(host: RemoteHost, argv: string[], { output, signal }: Context): Promise<void> {
  const never = new AbortController().signal
  // Opened by the first question: a command that asks nothing leaves stdin to whatever comes after it in a script.
  let opened: Input | undefined
  const input: Pick<Input, 'echoes' | 'answer'> = {
    echoes: process.stdin.isTTY && output.isTerminal,
    answer: async (question, over) => {
      opened ??= input.echoes ? new Plain() : new Script(process.stdin)
      return await opened.answer(question, over)
    },
  }
  try {
    await runPodCommand(argv, { host, name: undefined, input, output, signal: signal ?? never })
  } finally {
    if (opened) process.stdin.destroy()
  }
}
