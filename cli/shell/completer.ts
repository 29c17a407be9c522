// What TAB completes in the shell: verbs, what the shell and the pod add to them, pods' names, options, files.
import { readdir } from 'node:fs/promises'
import type { Context } from '../argv/command.ts'
import { nextWords } from '../argv/completion.ts'
import { nameOf } from '../argv/grammar.ts'
import type { Session } from '../remote/session.ts'
import { podCommandNames } from './pod-commands.ts'
import { commandLine, exitWord, type Place, shellVerbs } from './verbs.ts'

export type CompleterOptions = { place: Place; session: Session; context: Context }

/**
 * The words that may stand in the place of the last one of `line`, and that last one. Nothing if that cannot be known.
 */
export async function completeLine(line: string, options: CompleterOptions): Promise<[string[], string]> {
  const words = line.split(/\s+/)
  const current = words.pop() ?? ''
  const typed = words.filter(Boolean)
  try {
    const found = typed.length === 0 ? await firstWords(options) : await laterWords(typed, current, options)
    return [found.filter(word => word.startsWith(current)), current]
  } catch {
    // A person who presses TAB does not want to see an error.
    return [[], current]
  }
}

async function firstWords({ place, session, context }: CompleterOptions): Promise<string[]> {
  const own = await podCommandNames(session.host, place.name).catch(() => [])
  const words = new Set([...own, ...shellVerbs(context.cli.table).map(nameOf), 'worker', 'shell', 'help', exitWord])
  return [...words].sort().map(withBlank)
}

async function laterWords(typed: string[], current: string, options: CompleterOptions): Promise<string[]> {
  const { table } = options.context.cli
  if (typed[0] === 'worker') return await workerWords(typed, options)
  if (typed[0] === 'help') return shellVerbs(table).map(nameOf).map(withBlank)
  // The name is completed where it stands, so the name of this shell's pod is not put before it.
  const argv = commandLine(typed, { place: { ...options.place, name: undefined }, table })
  if (!argv) return []
  const [verb = '', ...rest] = argv
  const next = await nextWords([verb, '--data', options.context.dataDir, ...rest], { table, current })
  return next.files ? await filesFrom(current) : next.words.map(([word]) => withBlank(word))
}

async function workerWords(typed: string[], { session }: CompleterOptions): Promise<string[]> {
  if (typed.length === 1) return ['info ', 'revive ']
  if (typed.length > 2) return []
  return (await session.host.call('pod.list', {})).pods.map(pod => withBlank(pod.name))
}

/** The files whose paths begin with `path`. */
async function filesFrom(path: string): Promise<string[]> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const entries = await readdir(folder || '.', { withFileTypes: true })
  return entries.map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ' '}`)
}

function withBlank(word: string): string {
  return `${word} `
}
