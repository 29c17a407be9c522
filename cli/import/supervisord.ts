// A config of supervisord as pods of a manifest, with what became of each key.
import { dirname, resolve } from 'node:path'
import { became, type Draft, durationText, type Imported, lost, type Note, type Outcome } from './imported.ts'
import { pathFrom } from './path-from.ts'
import { podName } from './pod-names.ts'
import { hasProcessNumber, shellLine, shellValue } from './process-number.ts'
import { programLine } from './program-line.ts'
import { type Section, sectionsOf } from './sections.ts'
import { takeStopSignal } from './signal-name.ts'
import { takeUser } from './take-user.ts'

/** A config file, absolute, or one that it includes. */
export type ConfigFile = { file: string; text: string }

type Take = (value: string, pod: Draft, section: Section) => Outcome

const logs = lost('the lines of each run are dated files already: pod logs')

const keys: Readonly<Record<string, Take>> = {
  command: (value, pod, section) => {
    pod.command = programLine(shellLine(value, Number(section.numprocs_start ?? 0)))
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
    else if (value.toLowerCase() !== 'unexpected') delete pod.restart
    return { became: `restart: ${pod.restart ?? 'always'}` }
  },
  startsecs: (value, pod) =>
    seconds(value, text => {
      pod.minUptime = text
      return 'minUptime'
    }),
  startretries: (value, pod) => {
    // Retries come after the first attempt.
    pod.giveUp = `after ${(Number(value) || 0) + 1}`
    return { became: `giveUp: ${pod.giveUp}` }
  },
  exitcodes: value =>
    value.trim() === '0'
      ? { became: 'always so' }
      : { lost: 'only the exit code 0 can be an end: restart: on-failure' },
  stopsignal: takeStopSignal,
  stopwaitsecs: (value, pod) =>
    seconds(value, text => {
      pod.stopTimeout = text
      return 'stopTimeout'
    }),
  stopasgroup: (value, pod) => {
    if (isFalse(value)) return { became: 'stopTo: main' }
    delete pod.stopTo
    return { became: 'always so' }
  },
  killasgroup: value =>
    isFalse(value) ? { lost: 'a stop ends everything that a run has started' } : { became: 'always so' },
  user: takeUser,
  redirect_stderr: lost('both are kept, each line with its source, in their order'),
  umask: lost('a run has the umask 022'),
  environment: (value, pod, { numprocs_start: first = 0 }) => {
    const all = Object.entries(variablesOf(value))
    const numbered = all.filter(([, text]) => hasProcessNumber(text))
    const plain = all.filter(([, text]) => !hasProcessNumber(text))
    if (plain.length > 0) pod.env = { ...pod.env, ...Object.fromEntries(plain) }
    const before = numbered.map(([name, text]) => `${name}=${shellValue(text, Number(first))}`)
    if (before.length === 0) return { became: 'env' }
    pod.command = [...before, pod.command?.replace(/^(?!exec )/, 'exec ')].join(' ')
    return { became: `env; ${numbered.map(([name]) => name).join(', ')} a part of command, since each run has its own` }
  },
  serverurl: lost('a pod asks its host by p8a.verbs'),
}

type Environment = (name: string) => string | undefined

type Options = { to: string; home: string; environment: Environment }

/**
 * @param files the config, and then those that it includes @param options.to folder of the manifest
 * @returns undefined if there is no program in them
 */
export function importSupervisord(files: readonly ConfigFile[], options: Options): Imported | undefined {
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  const ofAll = variablesOfAll(files, options.environment)
  for (const { file, text } of files) {
    for (const [title, section] of sectionsOf(text)) {
      const [kind = '', own = ''] = title.split(':', 2).map(part => part.trim())
      if (kind !== 'program' || !section.command) {
        notes.push({ of: '', key: `[${title}]`, ...outcomeOf(kind) })
        if (kind === 'supervisord' && section.environment !== undefined)
          notes.push({ of: '', key: 'environment', became: 'env of each pod' })
        continue
      }
      const name = podName(own, { taken: new Set(pods.keys()), notes })
      const known = { here: dirname(file), name: own, environment: options.environment }
      const { pod, ...made } = podOf(expanded(section, known), file, options)
      const env = { ...ofAll, ...pod.env }
      pods.set(name, Object.keys(env).length > 0 ? { ...pod, env } : pod)
      notes.push(...made.notes.map(note => ({ of: name, ...note })))
      for (const key of unknownIn(section, known)) notes.push({ of: name, ...unknown(key) })
    }
  }
  return pods.size > 0 ? { pods, notes } : undefined
}

/** The patterns of the files that a config includes. */
export function includedBy({ file, text }: ConfigFile, environment: Environment): string[] {
  return sectionsOf(text).flatMap(([title, section]) => {
    if (title !== 'include') return []
    const { files = '' } = expanded(section, { here: dirname(file), name: '', environment })
    return files.split(/\s+/).filter(pattern => pattern !== '')
  })
}

/** The variables that supervisord gives to all its programs. */
function variablesOfAll(files: readonly ConfigFile[], environment: Environment): Record<string, string> {
  const found = files.flatMap(({ file, text }) =>
    sectionsOf(text)
      .filter(([title]) => title === 'supervisord')
      .map(([, section]) => expanded(section, { here: dirname(file), name: '', environment }).environment ?? ''),
  )
  return Object.assign({}, ...found.map(variablesOf))
}

function podOf(
  section: Section,
  file: string,
  { to, home }: Options,
): { pod: Draft; notes: ({ key: string } & Outcome)[] } {
  const said = section.directory?.replace(/^~(?=\/|$)/, home) ?? '.'
  const folder = hasProcessNumber(said) ? '.' : said
  // What ends with the code 0 has ended, and the first process alone is asked to end, unless the config says otherwise.
  const own = { restart: 'on-failure', stopTo: 'main' } as const
  const pod: Draft = { push: pathFrom(to, resolve(dirname(file), folder)), link: true, ...own }
  // The variables of a run may become a part of its command.
  const { environment, ...rest } = section
  const inOrder = Object.entries({ ...rest, ...(environment !== undefined && { environment }) })
  const notes: ({ key: string } & Outcome)[] = inOrder.map(([key, value]) => {
    const take = keys[key] ?? (/^std(out|err)_/.test(key) ? logs : lost('supervisord has no such key'))
    return { key, ...take(value, pod, section) }
  })
  if (section.autorestart === undefined)
    notes.push({ key: 'autorestart', became: "restart: on-failure, supervisord's own" })
  if (section.stopasgroup === undefined) notes.push({ key: 'stopasgroup', became: "stopTo: main, supervisord's own" })
  return { pod, notes }
}

function outcomeOf(kind: string): Outcome {
  if (kind === 'program') return { lost: 'it has no command' }
  if (kind === 'include') return { became: 'the programs of these files' }
  if (kind === 'group') return { lost: 'pods of one manifest are one project' }
  if (kind === 'eventlistener') return { lost: 'a pod hears of others by p8a.watch' }
  if (kind === 'fcgi-program') return { lost: 'FastCGI hands out no socket here: let the program listen, by listen' }
  return { lost: 'it is about supervisord itself' }
}

type Known = { here: string; name: string; environment: Environment }

function unknown(key: string): { key: string } & Outcome {
  return key.startsWith('ENV_')
    ? { key: key.slice(4), lost: 'this shell has no variable of that name: write its value' }
    : { key: `%(${key})s`, lost: 'write what it stands for' }
}

const expression = /%(?:%|\((\w+)\)(\d*)[sd])/g

/** `%(here)s` and its like. What differs from run to run, and what is not known here, stays as it is. */
function expanded(section: Section, known: Known): Section {
  const value = (text: string) =>
    text.replace(expression, (whole, key?: string) =>
      key === undefined ? '%' : (standsFor(key, { section, ...known }) ?? whole),
    )
  return Object.fromEntries(Object.entries(section).map(([key, text]) => [key, value(text)]))
}

function unknownIn(section: Section, known: Known): Set<string> {
  const keys = [...Object.values(section).join('\n').matchAll(expression)].flatMap(([, key]) => key ?? [])
  return new Set(keys.filter(key => key !== 'process_num' && standsFor(key, { section, ...known }) === undefined))
}

function standsFor(key: string, known: Known & { section: Section }): string | undefined {
  const values: Record<string, string | undefined> = {
    here: known.here,
    program_name: known.name,
    group_name: known.name,
    numprocs: known.section.numprocs ?? '1',
  }
  return key.startsWith('ENV_') ? known.environment(key.slice(4)) : values[key]
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
