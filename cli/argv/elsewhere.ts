// What users of PM2, Docker, systemd and supervisord know by another name, and what it is called here.
import type { Command, Hint } from '../../protocol/hint.ts'

/** What stands in all commands about one pod. */
const name = ['NAME']

const status: Command = { verb: 'status', args: name }
const logs: Command = { verb: 'logs', args: name }
const follow: Command = { verb: 'logs', args: name, options: { follow: true } }
const push: Command = { verb: 'push', args: ['NAME', 'FILE'] }
const start: Command = { verb: 'start', args: name }
const stop: Command = { verb: 'stop', args: name }
const runs: Command = { verb: 'runs', args: name }
const usage: Command = { verb: 'status', options: { usage: true } }
const hostStart: Command = { verb: 'host start' }
const hostStatus: Command = { verb: 'host status' }
const remove: Command = { verb: 'remove', args: name }

const pushAndStart: Hint = [
  { text: 'In p8a that takes two commands', do: push },
  { text: 'then', do: start },
]

/** Hints by the first word of a command that does not exist here. */
const commands: Record<string, Hint> = {
  attach: [
    { text: 'For a pod with commands of its own', do: { verb: 'shell', args: name } },
    { text: 'for its output', do: follow },
  ],
  cat: here(logs),
  cron: { text: 'In p8a that is an option', do: { verb: 'start', args: name, options: { schedule: '0 3 * * *' } } },
  daemon: here(hostStart),
  delete: here(remove),
  deploy: pushAndStart,
  describe: [
    { text: 'In p8a', do: status },
    { text: 'for how its runs ended', do: runs },
  ],
  destroy: here(remove),
  down: here(stop),
  dump: 'You need not save anything: pods that are up are started again after a restart of the host or the machine',
  enable: 'You need not enable anything: a host starts its pods again; etc/p8a.service starts the host at boot',
  exec: [
    { text: 'For a function that a pod exports', do: { verb: 'call', args: ['NAME', 'FUNCTION'] } },
    { text: 'for its commands', do: { verb: 'shell', args: name } },
  ],
  flush: 'You need not flush anything: logs are rotated, and old ones are removed by the limits in host.json',
  history: here(runs),
  images: { text: 'To see the versions that were pushed', do: { verb: 'versions', args: name } },
  info: [
    { text: 'For the host', do: hostStatus },
    { text: 'for a pod', do: status },
  ],
  inspect: here({ verb: 'status', args: name, options: { json: true } }),
  jlist: here({ verb: 'status', options: { json: true } }),
  journal: here({ verb: 'logs' }),
  kill: [
    { text: 'For a pod', do: stop },
    { text: 'for the host', do: { verb: 'host stop' } },
  ],
  log: here(logs),
  login: [
    { text: 'In p8a', do: { verb: 'remote add', args: ['NAME', 'ADDRESS'] } },
    { text: 'ADDRESS may also be the string that is printed by', do: { verb: 'host invite' } },
  ],
  monit: here(usage),
  ping: [
    { text: 'For the host on this machine', do: hostStatus },
    { text: 'for all hosts', do: { verb: 'remote list' } },
  ],
  prettylist: here({ verb: 'status', options: { json: true } }),
  ps: here({ verb: 'status' }),
  reload: {
    text: 'The nearest thing stops the pod before it starts it again, so there is a gap',
    do: { verb: 'restart', args: name },
  },
  resurrect: 'You need not do that: the host starts the pods again that were up',
  run: pushAndStart,
  save: 'You need not save anything: pods that are up are started again after a restart of the host or the machine',
  serve: [
    { text: 'p8a has no server for files: write a pod that serves them', do: push },
    { text: 'to start a host', do: hostStart },
  ],
  show: here(status),
  startup: 'Use etc/p8a.service: a systemd unit that starts the host at boot, which starts its pods',
  tail: here(follow),
  token: here({ verb: 'host token' }),
  top: here(usage),
  up: here(start),
}

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
  'health-interval': 'check-interval',
  'health-retries': 'check-failures',
  'health-timeout': 'check-timeout',
  instances: 'scale',
  'kill-timeout': 'stop-timeout',
  listen: 'host',
  'listen-timeout': 'start-timeout',
  'max-restarts': 'give-up',
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

/**
 * What is meant by the words of a command that lack one, if they show it: the name of a file, as PM2 has it, or `all`.
 */
export function wordsElsewhere(command: string, words: readonly string[]): Hint | undefined {
  const file = words.find(word => /\.(?:[cm]?[jt]sx?|sh|json|ya?ml)$/.test(word))
  if (command === 'start' && file !== undefined) {
    return [
      { text: 'A file is pushed first', do: { verb: 'push', remote: 'local', args: ['NAME', file] } },
      { text: 'then', do: { verb: 'start', remote: 'local', args: name } },
    ]
  }
  if (!words.includes('all')) return undefined
  if (command === 'stop')
    return [
      { text: 'One pod at a time', do: stop },
      { text: 'the host with all its pods', do: { verb: 'host stop', options: { pods: true } } },
    ]
  return { text: 'One pod at a time; their names', do: { verb: 'status' } }
}

/** What the command `word` of another tool is here. */
export function commandElsewhere(word: string): Hint | undefined {
  return Object.hasOwn(commands, word) ? commands[word] : undefined
}

/** The option of this `pod` that is called `word` elsewhere. */
export function optionElsewhere(word: string): string | undefined {
  return Object.hasOwn(options, word) ? options[word] : undefined
}
