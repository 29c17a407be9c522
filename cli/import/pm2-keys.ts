// Every key of PM2's ecosystem files (schema.json of 7.0.4), and what it is here, or why it is nothing here.
import { availableParallelism } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { durationMs } from '../../protocol/duration.ts'
import { takeNodeFlags } from '../../protocol/node-flags.ts'
import { sizeBytes } from '../../protocol/size.ts'
import { restartDelay } from '../argv/restart-delay.ts'
import { became, type Draft, durationText, lost, type Outcome, stopToMain } from './imported.ts'
import { takeUser } from './take-user.ts'

/** An app of an ecosystem file, its keys by their first names. */
export type App = Readonly<Record<string, unknown>>

/** Puts what a key says into the pod, and says what became of it. */
type Take = (value: unknown, pod: Draft, app: App) => Outcome

const logs = lost('the lines of each run are dated files already: pod logs')
const plus = lost('it is of PM2 Plus')
const own = lost("it is of PM2's own bookkeeping")
/** Taken together, where the program is worked out. */
const program = became('what is started')

/** By their names in the schema; `^env_\S*$` stands for all keys that begin so. */
export const pm2Keys: Readonly<Record<string, Take>> = {
  script: program,
  name: became('the name of the pod'),
  name_prefix: became('a part of the name'),
  filter_env: became('always so: a run has none of the variables of your shell'),
  namespace: (value, pod) => {
    if (value === 'default') return { became: 'the host itself' }
    pod.labels = { ...pod.labels, namespace: String(value) }
    return { became: 'labels.namespace' }
  },
  install_url: own,
  cwd: program,
  args: program,
  exec_interpreter: value =>
    /\bnode@/.test(String(value))
      ? { lost: `a run has the Node of its host, ${process.versions.node} here` }
      : { became: 'what is started' },
  node_args: (value, pod) => {
    if (pod.command !== undefined) return { became: 'a part of command' }
    const { flags } = takeNodeFlags(wordsOf(value))
    if (flags.length === 0) return { became: 'nothing, as it says nothing' }
    pod.nodeFlags = flags
    return { became: 'nodeFlags' }
  },
  out_file: logs,
  error_file: logs,
  log_file: logs,
  disable_logs: lost('output is always kept, up to logPodBytes in host.json'),
  log_type: lost('pod logs --json has lines as JSON'),
  log_date_format: lost('each line is dated in UTC; pod logs shows your own time'),
  time: became('always so: each line is dated'),
  env: became('env'),
  '^env_\\S*$': lost('it is not the environment that --env names'),
  max_memory_restart: (value, pod) => {
    if (sizeBytes(value as string | number) === undefined)
      return { lost: `${JSON.stringify(value)} is no amount of memory` }
    pod.limits = { ...pod.limits, memory: value as string | number }
    return { became: 'limits.memory' }
  },
  pid_file: lost('pod status --json has the pids'),
  restart_delay: lost(restartDelay),
  exp_backoff_restart_delay: became(`always so: ${restartDelay}`),
  source_map_support: became('always so'),
  disable_source_map_support: lost('stacks always name the sources'),
  wait_ready: (value, pod) => {
    if (value !== true) return { became: "always understood: a program that says process.send('ready') is up then" }
    pod.ready = 'said'
    return { became: 'ready: said' }
  },
  instances: (value, pod) => {
    const count = instancesOf(value)
    if (count === undefined) return { lost: `${JSON.stringify(value)} is no number of runs` }
    if (count === 1) return { became: 'one run, as is usual' }
    pod.scale = count
    return { became: `scale: ${count}` }
  },
  kill_timeout: (value, pod) =>
    duration(value, text => {
      pod.stopTimeout = text
      return 'stopTimeout'
    }),
  shutdown_with_message: became("always so: a program that listens to messages is told 'shutdown'"),
  listen_timeout: (value, pod, app) => {
    if (app.wait_ready !== true) return { lost: 'a program that does not say that it is ready is not waited for' }
    return duration(value, text => {
      pod.startTimeout = text
      return 'startTimeout; a run that is not ready by then is ended, where PM2 takes it as ready'
    })
  },
  cron_restart: (value, pod, { autorestart }) => {
    if (autorestart !== false)
      return { lost: 'schedule starts what is not running; for a restart at a time, let cron do: pod restart' }
    const fields = String(value).trim().split(/\s+/)
    if (fields.length > 5) return { lost: 'a schedule has no seconds' }
    pod.schedule = fields.join(' ')
    return { became: 'schedule: it ends by itself, and is started at these times' }
  },
  merge_logs: became('always so: pod logs merges all runs'),
  vizion: lost('p8a reads no git; pod versions lists what was pushed'),
  autostart: (value, pod) => {
    if (value !== false) return { became: 'always so' }
    pod.start = false
    return { became: 'start: false' }
  },
  autorestart: (value, pod) => {
    if (value !== false) return { became: 'always so: restart: always' }
    pod.restart = 'never'
    return { became: 'restart: never' }
  },
  stop_exit_codes: (value, pod) => {
    const codes = [value].flat().map(Number)
    if (codes.length !== 1 || codes[0] !== 0) return { lost: 'only the exit code 0 can be an end: restart: on-failure' }
    pod.restart ??= 'on-failure'
    return { became: 'restart: on-failure' }
  },
  watch_delay: lost('pod up --watch waits until no file has changed for a moment'),
  watch: value =>
    value === false ? { became: 'always so' } : { lost: 'it is an option of the command: pod up --watch' },
  ignore_watch: lost('pod up --watch leaves out node_modules, .git, and what .podignore or .gitignore names'),
  watch_options: lost('pod up --watch has no options'),
  min_uptime: (value, pod) =>
    duration(value, text => {
      pod.minUptime = text
      return 'minUptime'
    }),
  max_restarts: (value, pod) => {
    const count = Math.floor(Number(value))
    if (!(count >= 0)) return { lost: `${JSON.stringify(value)} is no number` }
    pod.giveUp = `after ${Math.max(count, 1)}`
    return { became: `giveUp: ${pod.giveUp}` }
  },
  execute_command: own,
  exec_mode: value =>
    /^cluster/.test(String(value))
      ? {
          became: 'runs of their own, as scale says; they share the port at which they listen',
        }
      : { became: 'always so: each run is a process of its own' },
  force: lost('pod up makes each pod once'),
  append_env_to_name: became('a part of the name, with --env'),
  post_update: lost('what is to be done after an update is the script "build" of package.json, or build'),
  trace: plus,
  disable_trace: plus,
  v8: plus,
  event_loop_inspector: plus,
  deep_monitoring: plus,
  increment_var: lost('a program counts for itself, from NODE_APP_INSTANCE'),
  instance_var: value =>
    value === 'NODE_APP_INSTANCE' ? { became: 'always so' } : { lost: 'the variable is called NODE_APP_INSTANCE' },
  pmx: plus,
  automation: plus,
  treekill: (value, pod) => {
    if (value !== false) return { became: 'always so' }
    pod.stopTo = 'main'
    return { became: stopToMain }
  },
  port: (value, pod) => {
    pod.env = { PORT: String(value), ...pod.env }
    return { became: 'env.PORT' }
  },
  username: own,
  uid: takeUser,
  gid: lost('a run has the groups of its user'),
  windowsHide: lost('there are no windows'),
  kill_retry_time: lost('the kernel kills at once'),
  write: own,
  io: plus,
}

/** What people write though PM2 has no such key. */
export const meantByPeople: Readonly<Record<string, Take>> = {
  env_file: (value, pod, app) => {
    if (typeof value !== 'string') return { lost: 'it is no name of a file' }
    pod.envFile = isAbsolute(value) ? value : join(pod.push ?? '.', value)
    return { became: `envFile, though PM2 has no such key${app.cwd === undefined ? '' : ', relative to cwd'}` }
  },
}

/** Other names of keys, beside those in camel case. */
const aliases: Readonly<Record<string, string>> = {
  exec: 'script',
  interpreter: 'exec_interpreter',
  interpreter_args: 'node_args',
  out: 'out_file',
  output: 'out_file',
  out_log: 'out_file',
  error: 'error_file',
  err: 'error_file',
  err_file: 'error_file',
  err_log: 'error_file',
  log: 'log_file',
  pid: 'pid_file',
  cron: 'cron_restart',
  combine_logs: 'merge_logs',
  user: 'uid',
}

/** The name of a key in the schema; undefined if PM2 has no such key. */
export function pm2KeyOf(key: string): string | undefined {
  const snake = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  for (const name of [key, snake, aliases[key], aliases[snake]]) {
    if (name !== undefined && Object.hasOwn(pm2Keys, name)) return name
  }
  return /^env_\S+$/.test(key) && !Object.hasOwn(meantByPeople, key) ? '^env_\\S*$' : undefined
}

/** Arguments as PM2 takes them: a list, or a text with quotes. */
export function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'string') return value === undefined || value === null ? [] : [String(value)]
  const words = value.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  return words.map(word => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
}

function instancesOf(value: unknown): number | undefined {
  const cpus = availableParallelism()
  if (value === 'max') return cpus
  const count = Number(value)
  if (!Number.isInteger(count)) return undefined
  return count > 0 ? count : Math.max(cpus + count, 1)
}

function duration(value: unknown, keep: (text: string) => string): Outcome {
  const ms = typeof value === 'number' || typeof value === 'string' ? durationMs(value) : undefined
  return ms === undefined ? { lost: `${JSON.stringify(value)} is no duration` } : { became: keep(durationText(ms)) }
}
