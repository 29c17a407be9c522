// The commands of other tools that are none here, and what to do in their place. Data.
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
const prune: Command = { verb: 'image prune' }

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
const procfile: Hint = [
  { text: 'A Procfile becomes a manifest, pods.yaml', do: { verb: 'import', args: ['Procfile'] } },
  { text: 'then', do: { verb: 'up' } },
]
const instead: Hint = {
  text: 'The word behind it is a command of pod itself, or leads to one; pods are listed by',
  do: { verb: 'status' },
}
const signals: Hint = [
  { text: 'A pod is asked to end, by the signal that --stop-signal names', do: stop },
  { text: 'for another signal, its pid is in', do: status },
]
const restart: Command = { verb: 'restart', args: name }
const reload: Command = { verb: 'reload', args: name }
const env: Hint = { text: 'The variables of a pod', do: { verb: 'env', args: name } }
const tokens: Hint = [
  { text: 'Tokens say who may do what', do: { verb: 'host token list' } },
  { text: 'to make one', do: { verb: 'host token add', args: ['NAME'] } },
]
const needs: Hint = 'What a pod needs stands in its config, or in pods.yaml: needs: [db]'
const built: Hint = {
  text: 'A folder is built by the host when it is pushed',
  do: { verb: 'push', args: ['NAME', 'DIR'] },
}
const noSave =
  'You need not save anything: pods that are up are started again after a restart of the host or the machine'
const rotated = 'You need not do that: logs are rotated, and old ones are removed by the limits in host.json'
const atBoot: Hint = {
  text: 'A host starts its pods again by itself; to start the host at boot',
  do: { verb: 'startup' },
}
const profiled: Hint = {
  text: 'A pod is profiled by Node',
  do: { verb: 'start', args: name, options: { 'node-flag': '--cpu-prof' } },
}
const none = 'There are no modules: logs are rotated, and usage is measured, by the host itself'

/** Hints by the first word of a command that does not exist here. Made when asked for: every command loads this file. */
export const otherWords = (): Record<string, Hint> => ({
  acl: tokens,
  agent: here(hostStart),
  alloc: here(runs),
  add: asPod,
  'add-requires': needs,
  'add-wants': needs,
  attach: [
    { text: 'For a pod with commands of its own', do: { verb: 'shell', args: name } },
    { text: 'for its output', do: follow },
    { text: 'for its stdin', do: { verb: 'send', args: ['NAME', 'TEXT'] } },
  ],
  cat: here(logs),
  autoinstall: none,
  avail: here({ verb: 'status' }),
  backward: here({ verb: 'rollback', args: name }),
  builder: built,
  buildx: built,
  cancel: here(stop),
  check: here({ verb: 'diff' }),
  clean: here(remove),
  clear: 'You need not clear anything: old logs are removed by the limits in host.json',
  cleardump: noSave,
  commit: here(push),
  condrestart: here(restart),
  container: here({ verb: 'status' }),
  context: here({ verb: 'remote list' }),
  convert: manifest,
  build: built,
  conf: oneByOne,
  config: oneByOne,
  create: asPod,
  cron: { text: 'In p8a that is an option', do: { verb: 'start', args: name, options: { schedule: '0 3 * * *' } } },
  cp: 'A pod sees the files of its host, and keeps its own in the folder P8A_STORAGE',
  daemon: here(hostStart),
  'daemon-reexec': here({ verb: 'host upgrade' }),
  dash: here({ verb: 'top' }),
  dashboard: here({ verb: 'top' }),
  deepUpdate: here({ verb: 'host upgrade' }),
  del: here(remove),
  deployment: here({ verb: 'versions', args: name, options: { deploys: true } }),
  desc: here(status),
  dispatch: here({ verb: 'enqueue', args: ['NAME', 'FUNCTION'] }),
  edit: oneByOne,
  eval: here({ verb: 'events' }),
  exit: 'To stop the host: pod host stop; its pods go on',
  export: here({ verb: 'startup' }),
  fg: here(follow),
  fmt: here({ verb: 'diff' }),
  'force-reload': here(reload),
  forward: here(reload),
  freeze: here(stop),
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
  dump: noSave,
  apply: here({ verb: 'up' }),
  compose: here({ verb: 'up' }),
  disable: [
    { text: 'For a pod', do: stop },
    { text: 'for the host', do: { verb: 'startup', options: { remove: true } } },
  ],
  ecosystem: manifest,
  examples: here({ verb: 'help' }),
  enable: atBoot,
  exec: [
    { text: 'For a function that a pod exports', do: { verb: 'call', args: ['NAME', 'FUNCTION'] } },
    { text: 'for its commands', do: { verb: 'shell', args: name } },
  ],
  flush: 'You need not flush anything: logs are rotated, and old ones are removed by the limits in host.json',
  foreman: procfile,
  get: oneByOne,
  'get-default': oneByOne,
  gracefulReload: here(reload),
  history: here(runs),
  imonit: here({ verb: 'top' }),
  'import-environment': env,
  'is-system-running': here(hostStatus),
  isolate: here(stop),
  job: here(status),
  killall: here({ verb: 'kill', args: name }),
  l: here({ verb: 'status' }),
  less: here(logs),
  head: here(logs),
  more: here(logs),
  pkill: here({ verb: 'kill', args: name }),
  'list-dependencies': here(status),
  'list-jobs': here({ verb: 'runs' }),
  'list-machines': here({ verb: 'remote list' }),
  'list-sockets': here({ verb: 'status' }),
  'list-timers': here({ verb: 'status' }),
  'list-unit-files': here({ verb: 'status' }),
  'list-units': here({ verb: 'status' }),
  load: { text: 'An image that is a file is taken by', do: { verb: 'image import', args: ['NAME', 'FILE'] } },
  'log-level': oneByOne,
  logout: here({ verb: 'remote remove', args: name }),
  logrotate: rotated,
  images: [
    { text: 'In p8a', do: { verb: 'image list' } },
    { text: 'for the versions of a pod', do: { verb: 'versions', args: name } },
  ],
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
  mask: { text: 'A pod that is killed stays down until somebody starts it', do: { verb: 'kill', args: name } },
  manifest,
  module: none,
  'module:generate': none,
  'module:update': none,
  monitor: here({ verb: 'top' }),
  multiset: oneByOne,
  namespace: 'A namespace is a host within, which a pod makes: docs/HOSTS.md',
  network: 'Pods have the network of their machine: there is nothing to make',
  node: here({ verb: 'remote list' }),
  open: here({ verb: 'page' }),
  operator: here({ verb: 'host audit' }),
  package: asPod,
  plan: here({ verb: 'diff' }),
  plugin: none,
  plus: here({ verb: 'page' }),
  preset: atBoot,
  'profile:cpu': profiled,
  'profile:mem': profiled,
  prune: [
    {
      text: 'Old versions, runs and logs are removed by the limits in host.json; images that no pod uses, at once, by',
      do: prune,
    },
  ],
  publish: here(push),
  quit: 'To stop the host: pod host stop; its pods go on',
  reenable: atBoot,
  register: here({ verb: 'remote add', args: ['NAME', 'ADDRESS'] }),
  'reload-or-restart': here(reload),
  reloadLogs: rotated,
  rename: 'A pod keeps its name: push it under another one, and remove this one',
  report: here(hostStatus),
  'reset-failed': { text: 'What failed is tried again by', do: { verb: 'wake', args: name } },
  revert: here({ verb: 'rollback', args: name }),
  rmi: [
    { text: 'Images that no pod uses go by', do: prune },
    { text: 'those of a pod go with it', do: remove },
  ],
  scaling: here({ verb: 'scale', args: ['NAME', 'N'] }),
  search: none,
  secret: env,
  server: here(hostStart),
  service: here({ verb: 'status' }),
  'set-default': oneByOne,
  'set-environment': env,
  'set-property': oneByOne,
  'show-environment': env,
  shutdown: 'To stop the host: pod host stop; its pods go on',
  slist: here({ verb: 'status', options: { json: true } }),
  stack: here({ verb: 'up' }),
  startOrGracefulReload: here({ verb: 'up' }),
  swarm: here({ verb: 'remote list' }),
  sysmonit: here({ verb: 'top' }),
  system: here(hostStatus),
  tag: here({ verb: 'versions', args: name }),
  thaw: here({ verb: 'wake', args: name }),
  tls: here({ verb: 'host start', options: { tls: true } }),
  trust: here({ verb: 'remote pin', args: ['FINGERPRINT'] }),
  'try-reload-or-restart': here(reload),
  'try-restart': here(restart),
  ui: here({ verb: 'page' }),
  unlink: here({ verb: 'remote remove', args: name }),
  unmonitor: here({ verb: 'top' }),
  unmask: { text: 'A pod that was stopped is started by', do: { verb: 'start', args: name } },
  unset: env,
  'unset-environment': env,
  updatePM2: here({ verb: 'host upgrade' }),
  upgrade: here({ verb: 'host upgrade' }),
  validate: here({ verb: 'diff' }),
  var: env,
  volume: 'A pod has a folder of its own, P8A_STORAGE, and sees the files of its machine',
  watch: { text: 'For development', do: { verb: 'up', args: ['.'], options: { link: true, watch: true } } },
  web: here({ verb: 'page' }),
  whoami: tokens,
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
  save: [
    { text: noSave },
    { text: 'a version of a pod is written into a file by', do: { verb: 'image export', args: ['NAME', 'FILE'] } },
  ],
  sendSignal: signals,
  set: oneByOne,
  show: here(status),
  signal: signals,
  startOrReload: here({ verb: 'up' }),
  startOrRestart: here({ verb: 'up' }),
  stats: here(usage),
  trigger: { text: 'A function that a pod exports is called by', do: { verb: 'call', args: ['NAME', 'FUNCTION'] } },
  uninstall: none,
  unpause: [
    { text: 'Requests that are held go on by', do: { verb: 'resume', args: name } },
    { text: 'a pod that was stopped is started by', do: { verb: 'start', args: name } },
  ],
  update: { text: 'For pods.yaml', do: { verb: 'up' } },
  version: here(hostStatus),
  wait: { text: 'A start waits until the pod is up', do: { verb: 'start', args: name } },
  supervisorctl: instead,
  sv: instead,
  systemctl: instead,
  tail: here(follow),
  token: here({ verb: 'host token' }),
})

function here(command: Command): Hint {
  return { text: 'In p8a', do: command }
}
