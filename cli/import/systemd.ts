// A service of systemd as a pod of a manifest, with what became of each key.
import { basename } from 'node:path'
import type { Draft, Imported, Note } from './imported.ts'
import { pathFrom } from './path-from.ts'
import { podName } from './pod-names.ts'
import { unitChain, unitCommands } from './unit-command.ts'
import { type UnitLine, unitLines, unitWords } from './unit-file.ts'
import { unitKey } from './unit-keys.ts'

export type SystemdOptions = {
  /** Of the unit, absolute. */
  file: string
  /** Folder of the manifest. */
  to: string
  home: string
  user: string
  isFile: (path: string) => boolean
  /** The files that a pattern such as `/etc/app/*.env` names. */
  filesBy: (pattern: string) => readonly string[]
}

/** @returns undefined if the text is no service */
export function importSystemd(text: string, options: SystemdOptions): Imported | undefined {
  const [own = '', instance = ''] = basename(options.file, '.service').split('@', 2)
  const said = unitLines(text)
  const lines = said
    .map(line => ({ ...line, value: specified(line.value, { own, instance, ...options }) }))
    .flatMap(line => withFiles(line, options))
  const [main, ...more] = valuesOf(lines, 'ExecStart').flatMap(unitCommands)
  if (!main) return undefined
  const notes: Note[] = []
  const name = podName(own, { taken: new Set(), notes })
  const folder = valuesOf(lines, 'WorkingDirectory').at(-1)?.replace(/^-/, '').replace(/^~/, options.home)
  const pod: Draft = { push: folder === undefined ? '.' : pathFrom(options.to, folder), link: true }
  // What systemd does where nothing is said.
  if (folder === undefined) pod.cwd = '/'
  pod.restart = 'never'
  const before = [...valuesOf(lines, 'ExecCondition'), ...valuesOf(lines, 'ExecStartPre')].flatMap(unitCommands)
  pod.command = unitChain([...before, ...[main, ...more].slice(0, -1)], more.at(-1) ?? main)
  Object.assign(pod, environmentOf(lines, options, notes, name))
  for (const { key, value } of lines)
    if (!isFileLost(key, value, options)) notes.push({ of: name, key, ...unitKey(key)(value, pod) })
  if (valuesOf(lines, 'Restart').length === 0)
    notes.push({ of: name, key: 'Restart', became: "restart: never, systemd's own" })
  for (const specifier of unknownSpecifiers(said, { own, instance, ...options }))
    notes.push({ of: name, key: specifier, lost: 'write what it stands for' })
  return { pods: new Map([[name, pod]]), notes }
}

function valuesOf(lines: readonly UnitLine[], key: string): string[] {
  return lines.filter(line => line.key === key && line.section === 'Service').map(({ value }) => value)
}

/** A pattern stands for the files that are there, by their names; one that names none stays as it is. */
function withFiles(line: UnitLine, { filesBy }: SystemdOptions): UnitLine[] {
  const [, dash = '', pattern = ''] = /^(-?)(.*)$/s.exec(line.value) ?? []
  if (line.key !== 'EnvironmentFile' || !/[*?[]/.test(pattern)) return [line]
  const files = [...filesBy(pattern)].sort()
  return files.length === 0 ? [line] : files.map(file => ({ ...line, value: `${dash}${file}` }))
}

/** A file whose name stands behind a `-` need not be there. */
function isFileLost(key: string, value: string, { isFile }: SystemdOptions): boolean {
  return key === 'EnvironmentFile' && value.startsWith('-') && !isFile(value.slice(1))
}

function environmentOf(
  lines: readonly UnitLine[],
  options: SystemdOptions,
  notes: Note[],
  name: string,
): Pick<Draft, 'env' | 'envFile'> {
  const variables = valuesOf(lines, 'Environment').flatMap(unitWords)
  const env = Object.fromEntries(variables.map(word => [word.replace(/=.*$/s, ''), word.replace(/^[^=]*=?/, '')]))
  const files = valuesOf(lines, 'EnvironmentFile')
  for (const value of files.filter(value => isFileLost('EnvironmentFile', value, options)))
    notes.push({ of: name, key: 'EnvironmentFile', lost: `there is no ${value.slice(1)}, and there need not be` })
  const there = files
    .filter(value => !isFileLost('EnvironmentFile', value, options))
    .map(value => value.replace(/^-/, ''))
  const [first] = there
  return {
    ...(variables.length > 0 && { env }),
    ...(first !== undefined && { envFile: there.length === 1 ? first : there }),
  }
}

type Known = Pick<SystemdOptions, 'home' | 'user'> & { own: string; instance: string }

/** `%h` and its like; what is not known here stays. */
function specified(value: string, known: Known): string {
  const letters = specifiers(known)
  return value.replace(specifier, (whole, letter: string) => letters[letter] ?? whole)
}

function unknownSpecifiers(lines: readonly UnitLine[], known: Known): Set<string> {
  const letters = specifiers(known)
  const found = lines.flatMap(({ value }) => [...value.matchAll(specifier)])
  return new Set(found.filter(([, letter = '']) => letters[letter] === undefined).map(([whole]) => whole))
}

const specifier = /%([a-zA-Z%])/g

function specifiers({ own, instance, home, user }: Known): Record<string, string> {
  return {
    h: home,
    u: user,
    p: own,
    N: instance === '' ? own : `${own}@${instance}`,
    n: `${instance === '' ? own : `${own}@${instance}`}.service`,
    '%': '%',
    t: '/run',
    T: '/tmp',
    V: '/var/tmp',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    ...(instance !== '' && { i: instance, I: instance }),
  }
}
