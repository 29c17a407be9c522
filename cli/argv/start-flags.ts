// The options of `pod start` that are the pod's policy, and the config they make. The host decides which values are
// allowed, so that there is one place for that; only numbers are read here.
import type { PodConfigInput } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'
import type { FlagLine } from './command.ts'
import type { Options } from './options.ts'
import { wrongOption } from './wrong-option.ts'

/** Those of a worker. */
const workFlags: readonly FlagLine[] = [
  ['--kind <kind>', '"worker": its runs follow a queue (pod enqueue)'],
  ['--concurrency <n>', 'How many items a run of a worker has at a time (default 1)'],
  ['--min <n>', 'The fewest runs of a worker; 0 (default): it sleeps when there is nothing to do'],
  ['--max <n>', 'The most runs of a worker (default 10)'],
  ['--grow-at <n>', 'For how many waiting items there is one run of a worker (default 10)'],
  ['--shrink-after <time>', 'How long a run of a worker may have nothing to do (default 60s)'],
  ['--queue-limit <n>', 'How many items may wait for a worker (default 10000)'],
  ['--producer-limit <n>', 'How many items of one producer may wait for a worker'],
  ['--item-retries <n>', 'How often an item is tried again (default 2)'],
  [
    '--item-backoff <time>',
    'How long after its first attempt an item is tried again; each time twice as long (default 1s)',
  ],
  ['--item-timeout <time>', 'How long an attempt at an item may take (default 10m)'],
]

export const startFlags: readonly FlagLine[] = [
  ['--scale <n>', 'How many runs'],
  [
    '--listen <address>',
    'Where the host listens for it: 8080, 127.0.0.1:8080, auto, unix; name=8080 for several (may be repeated)',
  ],
  ['--route <route>', 'Where a gateway reaches it, such as app.example.com or example.com/api (may be repeated)'],
  ['--sleep <time>', 'How long its ports must be quiet before it is put to sleep, such as 15m; 0: never'],
  ['--restart <policy>', 'always, on-failure or never'],
  ['--retries <n>', 'How many attempts in a row may fail before the pod is in error (default 5); attempts go on'],
  ['--give-up <when>', 'When to make no further attempt: never (default), or after some, such as "after 5"'],
  ['--start-timeout <time>', 'How long a run may take to be up, such as 30s'],
  ['--stop-timeout <time>', 'How long a stop may take before the run is killed'],
  ['--drain-timeout <time>', 'How long a run that is replaced, or one too many, may take to finish what it has'],
  ['--on <tag>', 'In a fleet, only on hosts that have this tag (may be repeated)'],
  ['--pack', 'In a fleet, on a host that has many pods already, in place of the one that has the fewest'],
  ['--exclusive', 'No two runs of it may live at once in a fleet, whatever the network does'],
  ['--single', 'Two runs in the same place must never live at once: the old one is ended first'],
  ['--ready-after <time>', 'How long until a run whose code has not returned is asked whether it is up (default 3s)'],
  ['--ready <said>', '"said": a program is up only when it says so, by READY=1 or process.send(\'ready\')'],
  ['--min-uptime <time>', 'How long a run must be up for its end to count as a first failure again'],
  ['--check-interval <time>', 'How often to check a run'],
  ['--check-timeout <time>', 'How long a check may take'],
  ['--check-failures <n>', 'How many checks in a row may fail before the host kills the run'],
  ['--check-tcp <port>', 'Check that a port takes connections; "own" is the port in the variable PORT'],
  ['--check-http <path>', 'Check that a path of its port, such as /health, or a URL answers with less than 400'],
  ['--check-command <line>', 'Check that a command line ends with code 0'],
  ['--stop-signal <signal>', 'What asks a run to end (default: SIGTERM)'],
  [
    '--stop-to <whom>',
    'Who is asked: group (default), or main: its first process alone, which ends what it has started',
  ],
  ['--stdin-open', 'Give a service a stdin that stays open, in the place of an empty one'],
  ['--env <k=v>', 'An environment variable; NAME alone takes that of this shell (may be repeated)'],
  ['--env-file <file>', 'Environment variables from a file of NAME=value lines (may be repeated)'],
  ['--cwd <dir>', "Working directory, on the host's machine"],
  ['--node-flag <flag>', 'A flag for Node (may be repeated)'],
  [
    '--isolate <level>',
    'How far its runs are kept apart: process (default), permission (of Node), sandbox (bubblewrap), container (podman, docker)',
  ],
  ['--user <name>', 'The user of its runs, by name or number; only on a host that root runs'],
  ['--label <k=v>', 'A label that other programs can read (may be repeated)'],
  [
    '--profile <name>',
    'Policy that the host keeps under this name; what is given here goes before it (may be repeated)',
  ],
  ['--may <role>', 'What the pod itself may do on its host: read (default), deploy or admin'],
  [
    '--memory <size>',
    'How much memory a run may use, such as 200MB: beyond that, another run takes its place, as at a reload',
  ],
  ['--memory-max <size>', 'A run that uses more than this is killed at once (default: half as much again as --memory)'],
  ['--cpu <cpus>', 'How many cpus a run may use, such as 0.5; only where cgroup v2 can hold that'],
  ['--max-processes <n>', 'How many processes a run may be, with all that it starts; beyond it, it is killed'],
  ['--max-files <count>', 'How many files each process of a run may have open'],
  [
    '--max-storage <size>',
    'How much of the disk its storage may take, such as 1GB: beyond it its runs are killed until there is room',
  ],
  ['--max-logs <size>', 'How much of the disk the logs of its runs may take, such as 50MB: the oldest lines go'],
  ['--nice <n>', 'How far a run gives way where cpu is short: 0 to 19'],
  ['--oom <n>', 'How much sooner than others a run is killed where memory is short: 0 to 1000'],
  ['--timeout <time>', 'How long a run of a script may take, such as 10m'],
  ...workFlags,
]

/** The options that are not policy: they belong to one start of a script. */
export const scriptFlags: readonly FlagLine[] = [
  ['--wait', 'Follow the output of a script, and exit with its exit code'],
  ['--schedule <cron>', 'Start it at these times: "0 3 * * *" (a script only then, not now); pod stop ends that'],
  ['--zone <zone>', 'Time zone of the schedule, such as Europe/Berlin (default: that of the host)'],
  ['--overlap <what>', 'If the last run is still running: skip (default), queue or parallel'],
  ['--missed <what>', 'If a start was due while the host was down: run (default: start once) or skip'],
  ['--stdin <file>', 'File that a script reads as its stdin; "-" is the stdin of pod'],
]

/** The names of all options of `pod start`, without dashes. */
export function startFlagNames(): string[] {
  return [...startFlags, ...scriptFlags].map(([text]) => /--([a-z0-9-]+)/.exec(text)?.[1] ?? '')
}

/**
 * The config that the policy options of a `pod start` stand for: only what was given.
 * @throws {P8aError} `usage`
 */
export async function configOf(options: Options): Promise<PodConfigInput> {
  const check = given({
    interval: options.text('check-interval'),
    timeout: options.text('check-timeout'),
    failures: options.wholeNumber('check-failures', { least: 1 }),
    tcp: options.text('check-tcp') === 'own' ? (true as const) : options.wholeNumber('check-tcp', { least: 1 }),
    http: options.text('check-http'),
    command: options.text('check-command'),
  })
  const limits = given({
    memory: options.text('memory'),
    memoryMax: options.text('memory-max'),
    cpu: options.has('cpu') ? Number(options.text('cpu')) : undefined,
    processes: options.wholeNumber('max-processes', { least: 1 }),
    files: options.wholeNumber('max-files', { least: 1 }),
    nice: options.wholeNumber('nice', { least: 0 }),
    oom: options.wholeNumber('oom', { least: 0 }),
    storage: options.text('max-storage'),
    logs: options.text('max-logs'),
  })
  return given({
    scale: options.wholeNumber('scale', { least: 1 }),
    listen: listenOf(options),
    route: options.has('route') ? options.all('route') : undefined,
    sleep: options.text('sleep') === 'false' ? (false as const) : options.text('sleep'),
    // The host refuses anything else and lists the policies.
    restart: options.text('restart') as PodConfigInput['restart'],
    retries: options.wholeNumber('retries', { least: 1 }),
    giveUp: options.text('give-up'),
    startTimeout: options.text('start-timeout'),
    stopTimeout: options.text('stop-timeout'),
    drainTimeout: options.text('drain-timeout'),
    single: options.has('single') || undefined,
    on: onOf(options),
    exclusive: options.has('exclusive') || undefined,
    readyAfter: options.text('ready-after'),
    // The host refuses anything else.
    ready: options.text('ready') as PodConfigInput['ready'],
    minUptime: options.text('min-uptime'),
    check: Object.keys(check).length > 0 ? check : undefined,
    // The host refuses anything else.
    isolate: options.text('isolate') as 'sandbox' | undefined,
    user: options.text('user'),
    limits: Object.keys(limits).length > 0 ? limits : undefined,
    // The host refuses anything else and lists the signals.
    stopSignal: options.text('stop-signal') as PodConfigInput['stopSignal'],
    // The host refuses anything else.
    stopTo: options.text('stop-to') as PodConfigInput['stopTo'],
    stdin: options.has('stdin-open') ? ('open' as const) : undefined,
    env: await envOf(options),
    cwd: options.text('cwd'),
    timeout: options.text('timeout'),
    schedule: scheduleOf(options),
    nodeFlags: options.has('node-flag') ? options.all('node-flag') : undefined,
    labels: options.has('label') ? Object.fromEntries(options.all('label').map(readLabel)) : undefined,
    profile: options.has('profile') ? options.all('profile') : undefined,
    // The host refuses anything else.
    may: options.text('may') as PodConfigInput['may'],
    kind: options.text('kind') as PodConfigInput['kind'],
    ...workOf(options),
  })
}

function onOf(options: Options): PodConfigInput['on'] {
  if (!options.has('on') && !options.has('pack')) return undefined
  return { ...(options.has('on') && { tag: options.all('on') }), ...(options.has('pack') && { pack: true }) }
}

function workOf(options: Options) {
  return {
    concurrency: options.wholeNumber('concurrency', { least: 1 }),
    min: options.wholeNumber('min', { least: 0 }),
    max: options.wholeNumber('max', { least: 1 }),
    growAt: options.wholeNumber('grow-at', { least: 1 }),
    shrinkAfter: options.text('shrink-after'),
    queueLimit: options.wholeNumber('queue-limit', { least: 0 }),
    producerLimit: options.wholeNumber('producer-limit', { least: 1 }),
    itemRetries: options.wholeNumber('item-retries', { least: 0 }),
    itemBackoff: options.text('item-backoff'),
    itemTimeout: options.text('item-timeout'),
  }
}

/** A socket may have words with `=` behind its path. */
function nameOf(text: string): [string, string] | undefined {
  return /^(?:unix\b|\/)/.test(text) && !/^unix=/.test(text) ? undefined : readPair(text)
}

/** One address, or several, of which each but the first needs a name. */
function listenOf(options: Options): PodConfigInput['listen'] {
  if (!options.has('listen')) return undefined
  const named = options.all('listen').map(text => nameOf(text) ?? (['main', text] satisfies [string, string]))
  const twice = named.find(([name], at) => named.findIndex(([other]) => other === name) < at)
  if (!twice) return Object.fromEntries(named)
  throw wrongOption(
    { option: 'listen', value: twice[1] },
    {
      why: `${JSON.stringify(twice[0])} is named twice`,
      hint: 'Give each address a name: --listen web=8080 --listen admin=9090',
    },
  )
}

function scheduleOf(options: Options): PodConfigInput['schedule'] {
  const at = options.text('schedule')
  const rest = given({
    zone: options.text('zone'),
    // The host refuses anything else.
    overlap: options.text('overlap') as 'skip' | undefined,
    missed: options.text('missed') as 'run' | undefined,
  })
  if (at !== undefined) return { at, ...rest }
  const [extra] = Object.keys(rest)
  if (extra === undefined) return undefined
  throw new P8aError('usage', `Cannot read --${extra}: there is no --schedule`)
}

/** `--env` goes before `--env-file`, and a later file before an earlier one. */
async function envOf(options: Options): Promise<Record<string, string> | undefined> {
  if (!options.has('env') && !options.has('env-file')) return undefined
  const files = options.has('env-file') ? await filesOf(options) : []
  // Not by Object.assign(), which takes a variable `__proto__` for a prototype.
  return Object.fromEntries([...files.flatMap(Object.entries), ...options.readAll('env', readVariable)])
}

async function filesOf(options: Options): Promise<Record<string, string>[]> {
  // Every command loads this file for its flags, and hardly any has an env file.
  const { readEnvFile } = await import('./env-file.ts')
  return await Promise.all(options.all('env-file').map(readEnvFile))
}

function readVariable(text: string): [string, string] {
  if (text === '' || text.startsWith('=')) {
    throw wrongOption(
      { option: 'env', value: text },
      { why: 'it names no variable', hint: 'Write it as --env NAME=value' },
    )
  }
  return readPair(text) ?? [text, ownVariable(text)]
}

/** The value of a variable of this shell. @throws {P8aError} `usage` if it has none */
export function ownVariable(name: string): string {
  const value = environment.variable(name)
  if (value !== undefined) return value
  throw new P8aError('usage', `Cannot take ${JSON.stringify(name)} from this shell: it has no such variable`, {
    hint: 'Write NAME=value to give a variable a value',
    facts: { problem: 'this shell has no such variable' },
  })
}

function readLabel(text: string): [string, string] {
  const read = readPair(text)
  if (read) return read
  throw wrongOption({ option: 'label', value: text }, { why: 'it has no "="', hint: 'Write it as --label name=value' })
}

function readPair(text: string): [string, string] | undefined {
  const equals = text.indexOf('=')
  return equals > 0 ? [text.slice(0, equals), text.slice(equals + 1)] : undefined
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** `fields` without those that are undefined. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}
