// What users of PM2, Docker, systemd and supervisord know by another name, and what it is called here.
import type { Command, Hint } from '../../protocol/hint.ts'

/** What stands in all commands about one pod. */
const name = ['NAME']

const status: Command = { verb: 'status', args: name }
const logs: Command = { verb: 'logs', args: name }
const follow: Command = { verb: 'logs', args: name, options: { follow: true } }
const push: Command = { verb: 'push', args: ['NAME', 'FILE'] }
const stop: Command = { verb: 'stop', args: name }
const runs: Command = { verb: 'runs', args: name }
const usage: Command = { verb: 'status', options: { usage: true } }
const hostStart: Command = { verb: 'host start' }
const hostStatus: Command = { verb: 'host status' }
const remove: Command = { verb: 'remove', args: name }

const asPod: Hint = [
  { text: 'A file or a folder becomes a pod, which is kept up, by', do: { verb: 'up', args: ['FILE'] } },
  { text: 'a script is run once by', do: push },
  { text: 'and', do: { verb: 'start', args: name, options: { wait: true } } },
]

const oneByOne = 'In p8a a pod is set up where it is started, by options, or in pods.yaml'
const manifest: Hint = [
  { text: 'A list of pods is a manifest, pods.yaml', do: { verb: 'import' } },
  { text: 'then', do: { verb: 'up' } },
]
const signals: Hint = [
  { text: 'A pod is asked to end, by the signal that --stop-signal names', do: stop },
  { text: 'for another signal, its pid is in', do: status },
]
const none = 'There are no modules: logs are rotated, and usage is measured, by the host itself'

/** Hints by the first word of a command that does not exist here. Made when asked for: every command loads this file. */
const commands = (): Record<string, Hint> => ({
  add: asPod,
  attach: [
    { text: 'For a pod with commands of its own', do: { verb: 'shell', args: name } },
    { text: 'for its output', do: follow },
    { text: 'for its stdin', do: { verb: 'send', args: ['NAME', 'TEXT'] } },
  ],
  cat: here(logs),
  build: { text: 'A folder is built by the host when it is pushed', do: { verb: 'push', args: ['NAME', 'DIR'] } },
  conf: oneByOne,
  config: oneByOne,
  create: asPod,
  cron: { text: 'In p8a that is an option', do: { verb: 'start', args: name, options: { schedule: '0 3 * * *' } } },
  cp: 'A pod sees the files of its host, and keeps its own in the folder P8A_STORAGE',
  daemon: here(hostStart),
  'daemon-reload': 'You need not do that: an edit of a pod.json is seen by itself',
  delete: here(remove),
  deploy: [
    { text: 'To make another host as pods.yaml says', do: { verb: 'up', args: ['REMOTE'] } },
    { text: 'a host gets a name by', do: { verb: 'remote add', args: ['NAME', 'ADDRESS'] } },
  ],
  describe: [
    { text: 'In p8a', do: status },
    { text: 'for how its runs ended', do: runs },
  ],
  destroy: here(remove),
  dump: 'You need not save anything: pods that are up are started again after a restart of the host or the machine',
  apply: here({ verb: 'up' }),
  compose: here({ verb: 'up' }),
  disable: [
    { text: 'For a pod', do: stop },
    { text: 'for the host', do: { verb: 'startup', options: { remove: true } } },
  ],
  ecosystem: manifest,
  examples: here({ verb: 'help' }),
  enable: { text: 'A host starts its pods again by itself; to start the host at boot', do: { verb: 'startup' } },
  exec: [
    { text: 'For a function that a pod exports', do: { verb: 'call', args: ['NAME', 'FUNCTION'] } },
    { text: 'for its commands', do: { verb: 'shell', args: name } },
  ],
  flush: 'You need not flush anything: logs are rotated, and old ones are removed by the limits in host.json',
  get: oneByOne,
  gracefulReload: { text: 'The nearest thing', do: { verb: 'restart', args: name } },
  history: here(runs),
  images: { text: 'To see the versions that were pushed', do: { verb: 'versions', args: name } },
  id: here(status),
  init: manifest,
  install: none,
  'is-active': here(status),
  'is-enabled': here(status),
  'is-failed': here(status),
  info: [
    { text: 'For the host', do: hostStatus },
    { text: 'for a pod', do: status },
  ],
  inspect: here({ verb: 'status', args: name, options: { json: true } }),
  jlist: here({ verb: 'status', options: { json: true } }),
  journal: here({ verb: 'logs' }),
  journalctl: here(logs),
  link: 'Other machines are remotes: pod remote add NAME ADDRESS',
  log: here(logs),
  maintail: here({ verb: 'logs' }),
  mask: here(stop),
  module: none,
  login: [
    { text: 'In p8a', do: { verb: 'remote add', args: ['NAME', 'ADDRESS'] } },
    { text: 'ADDRESS may also be the string that is printed by', do: { verb: 'host invite' } },
  ],
  monit: here({ verb: 'top' }),
  pid: here(status),
  port: here(status),
  pull: here(push),
  ping: [
    { text: 'For the host on this machine', do: hostStatus },
    { text: 'for all hosts', do: { verb: 'remote list' } },
  ],
  prettylist: here({ verb: 'status', options: { json: true } }),
  ps: here({ verb: 'status' }),
  unstartup: here({ verb: 'startup', options: { remove: true } }),
  resurrect: 'You need not do that: the host starts the pods again that were up',
  run: asPod,
  reread: here({ verb: 'diff' }),
  reset: 'Restarts are counted from the last start: pod restart NAME',
  save: 'You need not save anything: pods that are up are started again after a restart of the host or the machine',
  sendSignal: signals,
  set: oneByOne,
  show: here(status),
  signal: signals,
  startOrReload: here({ verb: 'up' }),
  startOrRestart: here({ verb: 'up' }),
  stats: here(usage),
  trigger: { text: 'A function that a pod exports is called by', do: { verb: 'call', args: ['NAME', 'FUNCTION'] } },
  uninstall: none,
  unpause: { text: 'In p8a', do: { verb: 'start', args: name } },
  update: { text: 'For pods.yaml', do: { verb: 'up' } },
  version: here(hostStatus),
  wait: { text: 'A start waits until the pod is up', do: { verb: 'start', args: name } },
  tail: here(follow),
  token: here({ verb: 'host token' }),
})

function here(command: Command): Hint {
  return { text: 'In p8a', do: command }
}

/** Options of this `pod`, by the names that other tools give them. */
const options: Record<string, string> = {
  autorestart: 'restart',
  background: 'detach',
  bind: 'host',
  cron: 'schedule',
  'cron-pattern': 'schedule',
  detached: 'detach',
  environment: 'env',
  grep: 'tag',
  err: 'tag',
  'health-interval': 'check-interval',
  'health-retries': 'check-failures',
  'health-timeout': 'check-timeout',
  instances: 'scale',
  'kill-timeout': 'stop-timeout',
  listen: 'host',
  'listen-timeout': 'start-timeout',
  'max-memory-restart': 'memory',
  'max-restarts': 'give-up',
  'memory-limit': 'memory',
  'oom-score-adj': 'oom',
  'pids-limit': 'max-processes',
  'no-autorestart': 'restart',
  'node-args': 'node-flag',
  'node-options': 'node-flag',
  replicas: 'scale',
  'restart-policy': 'restart',
  since: 'time',
  stats: 'usage',
  'stop-grace-period': 'stop-timeout',
  tail: 'lines',
  until: 'time',
  workdir: 'cwd',
}

/** What the command `word` of another tool is here. */
export function commandElsewhere(word: string): Hint | undefined {
  const hints = commands()
  return Object.hasOwn(hints, word) ? hints[word] : undefined
}

/** The option of this `pod` that is called `word` elsewhere. */
export function optionElsewhere(word: string): string | undefined {
  return Object.hasOwn(options, word) ? options[word] : undefined
}
