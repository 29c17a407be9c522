// What users of PM2, Docker, systemd and supervisord look for under another name, and where it is here.

/** Hints by the first word of a command that there is not. */
const commands: Record<string, string> = {
  attach:
    'That is "pod shell REMOTE NAME", for a pod with commands of its own; its output is "pod logs REMOTE NAME --follow"',
  cat: 'That is "pod logs REMOTE NAME"',
  cron: 'That is an option: pod start REMOTE NAME --schedule "0 3 * * *"',
  daemon: 'That is "pod host start"',
  delete: 'That is "pod remove REMOTE NAME"',
  deploy: 'That is "pod push REMOTE NAME FILE", then "pod start REMOTE NAME"',
  describe: 'That is "pod status REMOTE NAME", and "pod runs REMOTE NAME" for how its runs ended',
  destroy: 'That is "pod remove REMOTE NAME"',
  down: 'That is "pod stop REMOTE NAME"',
  dump: 'There is no need: what is up is up again after a restart of the host or the machine',
  enable: 'There is no need: what was started is started again with its host; etc/p8a.service starts the host at boot',
  exec: 'That is "pod call REMOTE NAME FUNCTION" for a function that a pod exports, "pod shell" for its commands',
  flush: 'There is no need: logs are rotated, and old ones are removed by the limits in host.json',
  history: 'That is "pod runs REMOTE NAME"',
  images: 'That is "pod status REMOTE NAME": the versions that were pushed',
  info: 'That is "pod host status" for the host, "pod status REMOTE NAME" for a pod',
  inspect: 'That is "pod status REMOTE NAME --json"',
  journal: 'That is "pod logs REMOTE"',
  kill: 'That is "pod stop REMOTE NAME" for a pod, "pod host stop" for the host',
  log: 'That is "pod logs REMOTE NAME"',
  login: 'That is "pod remote add NAME ADDRESS", or with the one string that "pod host invite" prints',
  monit: 'That is "pod status REMOTE --usage"',
  ping: 'That is "pod host status", or "pod remote list" for all hosts',
  ps: 'That is "pod status REMOTE"',
  reload: 'That is "pod restart REMOTE NAME"',
  resurrect: 'There is no need: what was up is up again once the host is',
  run: 'That is "pod push REMOTE NAME FILE", then "pod start REMOTE NAME"',
  save: 'There is no need: what is up is up again after a restart of the host or the machine',
  serve: 'That is "pod host start"',
  show: 'That is "pod status REMOTE NAME"',
  startup: 'As a service: etc/p8a.service is a systemd unit for the host; its pods are started with it',
  tail: 'That is "pod logs REMOTE NAME --follow"',
  token: 'That is "pod host token"',
  top: 'That is "pod status REMOTE --usage"',
  up: 'That is "pod start REMOTE NAME"',
}

/** Options of this `pod` by what they are called there. */
const options: Record<string, string> = {
  autorestart: 'restart',
  background: 'detach',
  bind: 'host',
  cron: 'schedule',
  detached: 'detach',
  grep: 'tag',
  instances: 'scale',
  'kill-timeout': 'stop-timeout',
  listen: 'host',
  'max-restarts': 'retries',
  'no-autorestart': 'restart',
  'node-args': 'node-flag',
  'node-options': 'node-flag',
  replicas: 'scale',
  'restart-policy': 'restart',
  since: 'time',
  stats: 'usage',
  tail: 'lines',
  until: 'time',
  workdir: 'cwd',
}

export function commandElsewhere(word: string): string | undefined {
  return Object.hasOwn(commands, word) ? commands[word] : undefined
}

export function optionElsewhere(word: string): string | undefined {
  return Object.hasOwn(options, word) ? options[word] : undefined
}
