// Options that people give to our commands out of habit, and what to do in their place. Data, by the command of ours.
import { type Command, type Hint, type Step, stepsOf } from '../../protocol/hint.ts'

const name = ['NAME']
const allShown = 'All pods are shown, also those that are not up'
const allImages = 'All images are shown, also those that no pod has'
const asJson: Hint = { text: 'For scripts', do: { verb: 'status', options: { json: true } } }
const grace: Hint = {
  text: 'How long a stop may take stands in the pod, and is set where it is started',
  do: { verb: 'start', args: name, options: { 'stop-timeout': '10s' } },
}
const signal =
  'The signal that asks a pod to end is set where it is started: --stop-signal SIGINT; to end it at once: pod kill NAME'
const atOnce: Hint = { text: 'To end it at once', do: { verb: 'kill', args: name } }
const withEnv: Hint = { text: 'To give it other variables', do: { verb: 'env', args: ['NAME', 'VARIABLE=value'] } }
const scaled: Hint = { text: 'For the number of runs', do: { verb: 'scale', args: ['NAME', '4'] } }
const stdout: Hint = { text: 'For stdout alone', do: logs({ tag: 'stdout' }) }
const stderr: Hint = { text: 'For stderr alone', do: logs({ tag: 'stderr' }) }
const searched: Hint = { text: 'For lines with a word', do: logs({ grep: 'error' }) }
const timed = 'Every line is shown with its time'
const named: Hint = { text: 'The name of the pod is a word of its own', do: { verb: 'logs', args: name } }
const whole: Hint = { text: 'Without --follow it ends by itself; for all lines', do: logs({ all: true }) }
const inOrder = 'Lines are in order of time, the newest last; for the last ones: --lines 100'
const ended: Hint = { text: 'Those that did not end well', do: { verb: 'runs', options: { failed: true } } }
const background = 'It leaves the pods in the background anyway'
const folder = 'A pod sees the files of its machine; a folder of its own is P8A_STORAGE'
const ports = 'A pod listens on its ports itself: there is nothing to publish; to let the host hold one: --listen 8080'
const cores = 'For the number of runs: --scale 4 (as many as there are cores: --scale $(nproc))'

/** For every pod: that is a word, and no option. */
function every(verb: Command['verb']): Record<string, Hint> {
  const all: Hint = { text: 'For all pods', do: { verb, args: ['all'] } }
  return { a: all, all }
}

function logs(options: Record<string, string | true>): Command {
  return { verb: 'logs', args: name, options }
}

const habits = (): Record<string, Record<string, Hint>> => ({
  start: { i: cores, instances: cores },
  up: {
    i: cores,
    instances: cores,
    d: background,
    detach: background,
    daemon: background,
    'no-daemon': background,
    'build-arg': 'A build gets the variables of the pod: --env NAME=value',
    p: ports,
    v: folder,
  },
  stop: {
    ...every('stop'),
    t: grace,
    time: grace,
    timeout: grace,
    f: atOnce,
    force: atOnce,
    k: atOnce,
    s: signal,
    signal,
    now: atOnce,
  },
  restart: {
    ...every('restart'),
    t: grace,
    time: grace,
    timeout: grace,
    'update-env': withEnv,
    f: atOnce,
    force: atOnce,
    i: scaled,
  },
  reload: { ...every('reload'), 'update-env': withEnv, f: atOnce, force: atOnce, i: scaled },
  remove: {
    ...every('remove'),
    v: 'Its storage and logs go with it',
    volumes: 'Its storage and logs go with it',
    t: grace,
  },
  kill: { ...every('kill'), s: signal, signal, 9: 'It is killed by SIGKILL anyway' },
  status: {
    a: allShown,
    all: allShown,
    q: asJson,
    quiet: asJson,
    format: asJson,
    filter: asJson,
    l: { text: 'For one pod in detail', do: { verb: 'status', args: name } },
    full: { text: 'For one pod in detail', do: { verb: 'status', args: name } },
    'no-pager': 'It uses no pager',
    sort: { text: 'For a table that is sorted by keys', do: { verb: 'top' } },
    m: asJson,
    'mini-list': asJson,
    'no-stream': { text: 'It is shown once; with what pods use', do: { verb: 'status', options: { usage: true } } },
    state: asJson,
    type: asJson,
    n: { text: 'For the lines of a pod', do: { verb: 'logs', args: name } },
  },
  logs: {
    e: stderr,
    err: stderr,
    error: stderr,
    o: stdout,
    out: stdout,
    output: stdout,
    p: searched,
    priority: searched,
    u: named,
    unit: named,
    t: timed,
    timestamp: timed,
    timestamps: timed,
    nostream: whole,
    highlight: searched,
    b: { text: 'Lines of today', do: logs({ since: 'today' }) },
    boot: { text: 'Lines of today', do: logs({ since: 'today' }) },
    x: inOrder,
    k: { text: 'The lines of the host stand among those of pods', do: { verb: 'logs' } },
    'no-pager': 'It uses no pager',
    r: inOrder,
    reverse: inOrder,
    details: { text: 'Each line with all that is known of it', do: logs({ json: true }) },
    format: { text: 'Each line with all that is known of it', do: logs({ json: true }) },
    merge: 'Name several pods, or none for all: pod logs',
  },
  events: {
    filter: { text: 'Those of one type', do: { verb: 'events', options: { type: 'crashed' } } },
    format: { text: 'For scripts', do: { verb: 'events', options: { json: true } } },
    until: 'It begins at --since and ends now; --lines 100 are the last ones',
    u: { text: 'Those of one pod', do: { verb: 'events', args: name } },
    tail: { text: 'The last ones', do: { verb: 'events', options: { lines: '20' } } },
  },
  top: Object.fromEntries(
    ['no-stream', 'b', 'n', 'a'].map(option => [
      option,
      { text: 'The same, once', do: { verb: 'status', options: { usage: true } } },
    ]),
  ),
  runs: {
    a: 'Runs that have ended are shown too; those that have not: --active',
    all: 'Runs that have ended are shown too; those that have not: --active',
    q: { text: 'For scripts', do: { verb: 'runs', options: { json: true } } },
    filter: ended,
    until: 'It begins at --since; the newest come first',
  },
  'image list': {
    a: allImages,
    all: allImages,
    q: { text: 'For scripts', do: { verb: 'image list', options: { json: true } } },
    quiet: { text: 'For scripts', do: { verb: 'image list', options: { json: true } } },
  },
  'image prune': {
    a: 'What no pod uses goes; of those that are used, older versions go by --keep 3',
    all: 'What no pod uses goes; of those that are used, older versions go by --keep 3',
    f: 'It does not ask',
    force: 'It does not ask',
    filter: 'What no pod uses goes; of those that are used, older versions go by --keep 3',
  },
  'host start': { p: 'Write it as --port 3000', b: 'Write it as --host 0.0.0.0', l: 'Write it as --host 0.0.0.0' },
})

/** What to do about an option, by its name without dashes, behind a command of ours; undefined if it is no habit. */
export function habitOf(command: string, option: string): readonly Step[] | undefined {
  const all = habits()
  const known = Object.hasOwn(all, command) ? all[command] : undefined
  return known && Object.hasOwn(known, option) ? stepsOf(known[option]) : undefined
}

/** Arguments in the form of another tool: `pod scale web=3`. */
export function pairAsWritten(command: string, args: readonly string[]): readonly Step[] | undefined {
  const [, pod, n] = /^([a-z][\w-]*)=(\d+)$/.exec(args.at(-1) ?? '') ?? []
  if (command !== 'scale' || pod === undefined || n === undefined) return undefined
  return [{ text: 'Write it as', do: { verb: 'scale', args: [pod, n] } }]
}
