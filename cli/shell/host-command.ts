// `pod WORD REMOTE …` for a word that `pod` does not know: a command of the host at that remote, if that is the host of a pod that
// has it.
import type { Context } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { findRemote } from '../remote/remotes.ts'
import type { Input } from './input.ts'
import { Plain } from './plain.ts'
import { podCommandNames, runPodCommand } from './pod-commands.ts'
import { Script } from './script.ts'

/**
 * Runs the command.
 * @param words its name, the remote, and what the command itself is given
 * @returns whether there is such a command
 * @throws {P8aError} what the command throws
 */
export async function runHostCommand(words: readonly string[], context: Context): Promise<boolean> {
  const [word = '', remote = '', ...args] = words
  if (!isWithin(remote, context)) return false
  return await withHost(remote, context, async host => {
    // A person who mistypes a verb is told so, whatever is the matter with that host.
    const names: string[] = await podCommandNames(host, undefined).catch(() => [])
    if (!names.includes(word)) return false
    await runIt(host, [word, ...args], context)
    return true
  })
}

/** Only a host within another one is that of a pod, and so may have commands. */
function isWithin(remote: string, { dataDir }: Context): boolean {
  try {
    return findRemote(remote, dataDir).path !== ''
  } catch {
    // There is no such remote, or no way to read them: the word is what is wrong.
    return false
  }
}

async function runIt(host: RemoteHost, argv: string[], { output, signal }: Context): Promise<void> {
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
