// What is meant by a key that no manifest has: what other tools call it, or the nearest one that is known.
import { nearest } from './nearest.ts'

/** Keys of Compose, PM2's ecosystem, Procfile-like files and systemd by what they are here. */
const elsewhere: Readonly<Record<string, string>> = {
  apps: 'pods',
  services: 'pods',
  name: 'project',
  depends_on: 'needs',
  dependsOn: 'needs',
  requires: 'needs',
  environment: 'env',
  env_file: 'envFile',
  instances: 'scale',
  replicas: 'scale',
  script: 'entry',
  cmd: 'command',
  exec: 'command',
  path: 'push',
  file: 'push',
  folder: 'push',
  from: 'push',
  source: 'push',
  working_dir: 'cwd',
  workdir: 'cwd',
  kill_timeout: 'stopTimeout',
  stop_grace_period: 'stopTimeout',
  treekill: 'stopTo',
  kill_mode: 'stopTo',
  stopasgroup: 'stopTo',
  listen_timeout: 'startTimeout',
  max_restarts: 'giveUp',
  min_uptime: 'minUptime',
  autorestart: 'restart',
  node_args: 'nodeFlags',
  healthcheck: 'check',
  cron: 'schedule',
  cron_restart: 'schedule',
}

/** What to do about the key `word`, of which only `known` are known here. */
export function keyHint(word: string, known: readonly string[]): string {
  const same = Object.hasOwn(elsewhere, word) ? elsewhere[word] : undefined
  if (same !== undefined && known.includes(same)) return `"${word}" is "${same}" here`
  const meant = nearest(word, known) ?? known.find(key => key.toLowerCase() === word.toLowerCase().replace(/[_-]/g, ''))
  return meant === undefined ? `Known keys: ${known.join(', ')}` : `Did you mean "${meant}"?`
}
