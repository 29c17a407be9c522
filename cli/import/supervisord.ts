// A config of supervisord as pods of a manifest, with what became of each key.
import { dirname, relative, resolve } from 'node:path'
import { type Draft, durationText, type Imported, type Note, type Outcome } from './imported.ts'
import { podName } from './pod-names.ts'

type Section = Record<string, string>
type Take = (value: string, pod: Draft, section: Section) => Outcome

const lost =
  (why: string): Take =>
  () => ({ lost: why })
const logs = lost('the lines of each run are dated files already: pod logs')

const keys: Readonly<Record<string, Take>> = {
  command: (value, pod) => {
    pod.command = value
    return { became: 'command' }
  },
  directory: () => ({ became: 'push, in place' }),
  process_name: lost('runs have the name of the pod and a number'),
  numprocs: (value, pod) => {
    if (Number(value) > 1) pod.scale = Number(value)
    return { became: `scale: ${value}` }
  },
  numprocs_start: lost('runs are counted from 1, slots from 0'),
  priority: lost('what starts first is said by needs'),
  autostart: (value, pod) => {
    if (!isFalse(value)) return { became: 'always so' }
    pod.start = false
    return { became: 'start: false' }
  },
  autorestart: (value, pod) => {
    if (isFalse(value)) pod.restart = 'never'
    if (value === 'unexpected') pod.restart = 'on-failure'
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
  environment: (value, pod) => {
    pod.env = { ...pod.env, ...variablesOf(value) }
    return { became: 'env' }
  },
  serverurl: lost('a pod asks its host by p8a.verbs'),
}

/** @param options.file absolute @param options.to folder of the manifest @returns undefined if the text has no program */
export function importSupervisord(
  text: string,
  { file, to, environment }: { file: string; to: string; environment: (name: string) => string | undefined },
): Imported | undefined {
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  for (const [title, raw] of sectionsOf(text)) {
    const [kind, own = ''] = title.split(':', 2)
    if (kind !== 'program' && kind !== 'fcgi-program' && kind !== 'eventlistener') {
      notes.push({ of: '', key: `[${title}]`, lost: reasonOf(kind ?? '') })
      continue
    }
    if (kind !== 'program') {
      notes.push({
        of: '',
        key: `[${title}]`,
        lost: kind === 'eventlistener' ? 'a pod hears of others by p8a.watch' : 'no socket is opened for a pod',
      })
      continue
    }
    const name = podName(own, { taken: new Set(pods.keys()), notes })
    const here = dirname(file)
    const section = expanded(raw, { here, name: own, environment })
    const pod: Draft = { push: relative(to, resolve(here, section.directory ?? '.')) || '.', link: true }
    for (const [key, value] of Object.entries(section))
      notes.push({
        of: name,
        key,
        ...(keys[key] ?? (/^std(out|err)_/.test(key) ? logs : lost('supervisord has no such key')))(
          value,
          pod,
          section,
        ),
      })
    pods.set(name, pod)
  }
  return pods.size > 0 ? { pods, notes } : undefined
}

function reasonOf(kind: string): string {
  if (kind === 'group') return 'pods of one manifest are one project'
  if (kind === 'include') return 'import the other files too'
  return 'it is about supervisord itself'
}

/** Sections in their order. A line that begins with blanks goes on with the value before it. */
function sectionsOf(text: string): [title: string, section: Section][] {
  const sections: [string, Section][] = []
  let section: Section | undefined
  let key: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const plain = line.replace(/\s;.*$/, '').trimEnd()
    if (/^\s*([;#].*)?$/.test(plain)) continue
    const title = /^\[(.+)\]$/.exec(plain)?.[1]
    if (title !== undefined) {
      section = {}
      key = undefined
      sections.push([title, section])
    } else if (/^\s/.test(plain) && section && key !== undefined)
      section[key] = `${section[key] ?? ''} ${plain.trim()}`.trim()
    else {
      const [, name, value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(plain) ?? []
      if (!section || name === undefined) continue
      key = name.toLowerCase()
      section[key] = value
    }
  }
  return sections
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
