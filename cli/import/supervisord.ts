// A config of supervisord as pods of a manifest, with what became of each key.
import { dirname, resolve } from 'node:path'
import { became, type Draft, durationText, type Imported, lost, type Note, type Outcome } from './imported.ts'
import { pathFrom } from './path-from.ts'
import { podName } from './pod-names.ts'
import { hasProcessNumber, shellLine, shellValue } from './process-number.ts'
import { type Section, sectionsOf } from './sections.ts'

/** A config file, absolute, or one that it includes. */
export type ConfigFile = { file: string; text: string }

type Take = (value: string, pod: Draft, section: Section) => Outcome

const logs = lost('the lines of each run are dated files already: pod logs')

const keys: Readonly<Record<string, Take>> = {
  command: (value, pod, section) => {
    pod.command = shellLine(value, Number(section.numprocs_start ?? 0))
    return { became: hasProcessNumber(value) ? 'command, with the number of the run as P8A_SLOT' : 'command' }
  },
  directory: value => (hasProcessNumber(value) ? { lost: 'all runs have one folder' } : { became: 'push, in place' }),
  process_name: lost('runs have the name of the pod and a number'),
  numprocs: (value, pod) => {
    if (Number(value) > 1) pod.scale = Number(value)
    return { became: `scale: ${value}` }
  },
  numprocs_start: became('added to the number of the run'),
  priority: lost('what starts first is said by needs'),
  autostart: (value, pod) => {
    if (!isFalse(value)) return { became: 'always so' }
    pod.start = false
    return { became: 'start: false' }
  },
  autorestart: (value, pod) => {
    if (isFalse(value)) pod.restart = 'never'
    else if (value !== 'unexpected') delete pod.restart
    return { became: `restart: ${pod.restart ?? 'always'}` }
  },
  startsecs: (value, pod) =>
    seconds(value, text => {
      pod.minUptime = text
      return 'minUptime'
    }),
  startretries: (value, pod) => {
    pod.giveUp = `after ${Math.max(Number(value) || 1, 1)}`
    return { became: `giveUp: ${pod.giveUp}` }
  },
  exitcodes: value =>
    value.trim() === '0'
      ? { became: 'always so' }
      : { lost: 'only the exit code 0 can be an end: restart: on-failure' },
  stopsignal: (value, pod) => {
    pod.stopSignal = `SIG${value.replace(/^SIG/, '').toUpperCase()}`
    return { became: `stopSignal: ${pod.stopSignal}` }
  },
  stopwaitsecs: (value, pod) =>
    seconds(value, text => {
      pod.stopTimeout = text
      return 'stopTimeout'
    }),
  stopasgroup: value =>
    isFalse(value) ? { lost: 'a stop ends everything that a run has started' } : { became: 'always so' },
  killasgroup: value =>
    isFalse(value) ? { lost: 'a stop ends everything that a run has started' } : { became: 'always so' },
  user: lost('a run has the user of its host; for another user, start a host as that user'),
  redirect_stderr: lost('both are kept, each line with its source, in their order'),
  umask: lost('a run has the umask 022'),
  environment: (value, pod, { numprocs_start: first = 0 }) => {
    const all = Object.entries(variablesOf(value))
    const numbered = all.filter(([, text]) => hasProcessNumber(text))
    const plain = all.filter(([, text]) => !hasProcessNumber(text))
    if (plain.length > 0) pod.env = { ...pod.env, ...Object.fromEntries(plain) }
    const before = numbered.map(([name, text]) => `${name}=${shellValue(text, Number(first))}`)
    if (before.length === 0) return { became: 'env' }
    pod.command = [...before, pod.command].join(' ')
    return { became: `env; ${numbered.map(([name]) => name).join(', ')} a part of command, since each run has its own` }
  },
  serverurl: lost('a pod asks its host by p8a.verbs'),
}

type Options = { to: string; environment: (name: string) => string | undefined }

/**
 * @param files the config, and then those that it includes @param options.to folder of the manifest
 * @returns undefined if there is no program in them
 */
export function importSupervisord(files: readonly ConfigFile[], options: Options): Imported | undefined {
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  for (const { file, text } of files) {
    for (const [title, section] of sectionsOf(text)) {
      const [kind = '', own = ''] = title.split(':', 2)
      if (kind !== 'program') {
        notes.push({ of: '', key: `[${title}]`, ...outcomeOf(kind) })
        continue
      }
      const name = podName(own, { taken: new Set(pods.keys()), notes })
      const { pod, ...made } = podOf(expanded(section, { ...options, here: dirname(file), name: own }), file, options)
      pods.set(name, pod)
      notes.push(...made.notes.map(note => ({ of: name, ...note })))
    }
  }
  return pods.size > 0 ? { pods, notes } : undefined
}

/** The patterns of the files that a config includes. */
export function includedBy(text: string): string[] {
  return sectionsOf(text).flatMap(([title, { files = '' }]) =>
    title === 'include' ? files.split(/\s+/).filter(pattern => pattern !== '') : [],
  )
}

function podOf(section: Section, file: string, { to }: Options): { pod: Draft; notes: ({ key: string } & Outcome)[] } {
  const folder = hasProcessNumber(section.directory ?? '') ? '.' : (section.directory ?? '.')
  // What ends with the code 0 has ended, unless the config says otherwise.
  const pod: Draft = { push: pathFrom(to, resolve(dirname(file), folder)), link: true, restart: 'on-failure' }
  // The variables of a run may become a part of its command.
  const { environment, ...rest } = section
  const inOrder = Object.entries({ ...rest, ...(environment !== undefined && { environment }) })
  const notes: ({ key: string } & Outcome)[] = inOrder.map(([key, value]) => {
    const take = keys[key] ?? (/^std(out|err)_/.test(key) ? logs : lost('supervisord has no such key'))
    return { key, ...take(value, pod, section) }
  })
  if (section.autorestart === undefined)
    notes.push({ key: 'autorestart', became: "restart: on-failure, supervisord's own" })
  for (const [, variable = ''] of Object.values(section)
    .join('\n')
    .matchAll(/%\(ENV_(\w+)\)s/g))
    notes.push({ key: variable, lost: 'this shell has no variable of that name: write its value' })
  return { pod, notes }
}

function outcomeOf(kind: string): Outcome {
  if (kind === 'include') return { became: 'the programs of these files' }
  if (kind === 'group') return { lost: 'pods of one manifest are one project' }
  if (kind === 'eventlistener') return { lost: 'a pod hears of others by p8a.watch' }
  if (kind === 'fcgi-program') return { lost: 'FastCGI hands out no socket here: let the program listen, by listen' }
  return { lost: 'it is about supervisord itself' }
}

type Known = { here: string; name: string; environment: (name: string) => string | undefined }

/** `%(here)s` and its like. What differs from run to run stays as it is. */
function expanded(section: Section, { here, name, environment }: Known): Section {
  const value = (text: string) =>
    text
      .replace(/%\((\w+)\)[sd]/g, (whole, key: string) => {
        if (key === 'here') return here
        if (key === 'program_name' || key === 'group_name') return name
        return key.startsWith('ENV_') ? (environment(key.slice(4)) ?? whole) : whole
      })
      .replaceAll('%%', '%')
  return Object.fromEntries(Object.entries(section).map(([key, text]) => [key, value(text)]))
}

/** `A="1",B=2`. */
function variablesOf(text: string): Record<string, string> {
  const found = text.matchAll(/([A-Za-z_]\w*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,]*))/g)
  return Object.fromEntries(
    [...found].map(([, key = '', double, single, plain]) => [
      key,
      double?.replace(/\\(.)/g, '$1') ?? single ?? plain?.trim() ?? '',
    ]),
  )
}

function isFalse(value: string): boolean {
  return /^(false|0|no|off)$/i.test(value)
}

function seconds(value: string, keep: (text: string) => string): Outcome {
  const count = Number(value)
  return count >= 0
    ? { became: keep(durationText(count * 1000)) }
    : { lost: `${JSON.stringify(value)} is no number of seconds` }
}
