// Options of PM2, Docker and systemd that people give to `pod start` out of habit. A pod would get them as params, and
// nobody would notice that they do nothing.
import { type Hint, type Step, stepsOf } from '../../protocol/hint.ts'
import { isName } from '../../protocol/names.ts'
import { optionElsewhere } from './elsewhere.ts'
import { restartDelay } from './restart-delay.ts'
import { startFlagNames } from './start-flags.ts'

const cpu = 'For a limit on cpu: --cpu 0.5; for less cpu than others: --nice 10'
const memory = 'For a limit on memory: --memory 200MB; to be killed beyond another: --memory-max 300MB'
const apart = 'How far its runs are kept apart: --isolate sandbox; --isolate permission'
const health = 'A pod is checked anyway; by a command line of its own: --check-command, by HTTP: --check-http /health'
const user = 'As whom its runs are, on a host of root: --user NAME'
const ports = 'A pod listens on its ports itself: there is nothing to publish; to let the host hold one: --listen 8080'
const files = 'A pod sees the files of the machine of its host; a folder of its own is p8a.storage'
const output: Hint = { text: 'The host keeps all output', do: { verb: 'logs', args: ['NAME'] } }
const named = 'The name of the pod is a word of its own, without an option: pod start REMOTE NAME'
const waits = 'A start waits until the pod is up, and leaves it in the background'
const watch: Hint = {
  text: 'For development, a folder is watched by',
  do: { verb: 'up', args: ['.'], options: { link: true, watch: true } },
}
const interpreter = 'The first line of a script names its interpreter: #!/usr/bin/env python3'
const backoff = `To set it is not needed: ${restartDelay}`

/** What to do here, by the name of an option that no pod is likely to have as a param. */
const unmistakable: Record<string, Hint> = {
  autorestart: 'A pod is restarted anyway; to say so: --restart always',
  'cap-add': apart,
  'cap-drop': apart,
  'cpu-period': cpu,
  'cpu-quota': cpu,
  'cpu-shares': cpu,
  'cpuset-cpus': cpu,
  'cron-restart': 'A pod that shall start at certain times has --schedule "0 3 * * *"',
  'disable-logs': output,
  'disable-source-map-support': 'Stacks name the sources anyway',
  'error-file': output,
  'exec-mode': 'Each run is a process of its own; --scale 4 makes four',
  'exp-backoff-restart-delay': backoff,
  'filter-env': 'A pod gets the variables that --env and --env-file give it, and none of your shell',
  'health-cmd': health,
  'health-start-period': 'How long a run may take to be up: --start-timeout 30s',
  'ignore-watch': watch,
  interpreter,
  'interpreter-args': interpreter,
  'log-date-format': output,
  'log-driver': output,
  'log-opt': output,
  'log-type': output,
  'memory-reservation': memory,
  'memory-swap': memory,
  'merge-logs': output,
  'no-autorestart': 'Write it as --restart never',
  'no-daemon': waits,
  'no-healthcheck': health,
  'no-treekill': 'Write it as --stop-to main',
  'no-vizion': 'p8a reads no git: leave it out',
  'out-file': output,
  'restart-delay': backoff,
  'security-opt': apart,
  rm: { text: 'To remove it afterwards', do: { verb: 'remove', args: ['NAME'], options: { force: true } } },
  'shutdown-with-message': "A program that listens to messages gets 'shutdown' anyway",
  'source-map-support': 'Stacks name the sources anyway',
  'stop-exit-codes': '--restart on-failure restarts only runs that end with another code than 0',
  treekill: 'Write it as --stop-to main, for the first process alone; else all get the signal',
  'update-env': 'A pod gets the variables that --env and --env-file give it, and none of your shell',
  vizion: 'p8a reads no git: leave it out',
  'wait-ready': 'A start waits for the pod anyway: its default export resolves once it is ready',
  watch,
  'watch-delay': watch,
}

/** The same for names that a pod may well have as a param: it gets them, and the person is told. */
const likely: Record<string, Hint> = {
  attach: waits,
  cpus: cpu,
  daemon: waits,
  detach: waits,
  entrypoint: 'What a pod starts with is said where it is pushed: pod push --command, --entry',
  error: output,
  gid: user,
  log: output,
  mount: files,
  name: named,
  namespace: 'A name for some pods together is a label: --label team=api',
  network: 'A pod has the network of its machine; without any, see isolate in docs/PODS.md',
  output,
  privileged: apart,
  publish: ports,
  'read-only': apart,
  uid: user,
  ulimit: 'For a limit on open files: --max-files 1024; on processes: --max-processes 20',
  volume: files,
}

const letters: Record<string, Hint> = {
  c: 'A pod that shall start at certain times has --schedule "0 3 * * *"',
  d: waits,
  e: 'Write a variable as --env NAME=value',
  f: 'A pod is started once; for more runs of it: --scale 4',
  i: 'For the number of runs: --scale',
  k: 'How long a run may take to end: --stop-timeout 5s',
  l: output,
  m: memory,
  n: `${named}; a param called name is --name`,
  o: output,
  p: ports,
  u: user,
  v: files,
  w: watch,
  x: 'There is no fork mode: each run is a process of its own',
}

/**
 * What to do about an option of another tool, by its name without dashes. `isRefused`: a pod must not get it as a param.
 * Undefined for any other name.
 * @param options.isShort whether it was written with one dash: `-d` is an option of other tools, and `--d` is not
 * @param options.value what it was given
 */
export function foreignOption(
  name: string,
  { isShort = name.length === 1, value }: { isShort?: boolean; value?: string | undefined } = {},
): { steps: readonly Step[]; isRefused: boolean } | undefined {
  if (!isShort && name.length === 1) return undefined
  const refused = isShort ? own(letters, name) : own(unmistakable, name)
  if (refused !== undefined) return { steps: stepsOf(refused), isRefused: true }
  const same = optionElsewhere(name)
  if (same !== undefined && startFlagNames().includes(same)) {
    return { steps: [{ text: `In p8a that option is --${same}` }], isRefused: true }
  }
  // "Ann" is no name of a pod.
  const told = name === 'name' && value !== undefined && !isName(value) ? undefined : own(likely, name)
  return told === undefined ? undefined : { steps: stepsOf(told), isRefused: false }
}

function own(hints: Record<string, Hint>, name: string): Hint | undefined {
  return Object.hasOwn(hints, name) ? hints[name] : undefined
}
