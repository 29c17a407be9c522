// PM2's dump (`~/.pm2/dump.pm2`): what `pm2 save` wrote of the processes that ran, as apps of an ecosystem. Each of them has the
// whole environment of the shell that started it, which is no policy of anyone.

type Dumped = Record<string, unknown>

/** What of a dumped process is a key of an ecosystem too, beside what has another name there. */
const kept = [
  'name',
  'namespace',
  'args',
  'node_args',
  'exec_interpreter',
  'exec_mode',
  'autorestart',
  'autostart',
  'max_memory_restart',
  'max_restarts',
  'min_uptime',
  'kill_timeout',
  'listen_timeout',
  'wait_ready',
  'shutdown_with_message',
  'stop_exit_codes',
  'cron_restart',
  'watch',
  'restart_delay',
  'treekill',
]

/** Variables that any shell has, or that PM2 adds. */
const ofShell =
  /^(_|PATH|HOME|PWD|OLDPWD|SHELL|SHLVL|USER|LOGNAME|MAIL|TERM|TERM_.*|COLORTERM|LANG|LANGUAGE|LC_.*|LS_COLORS|LESS.*|EDITOR|VISUAL|PAGER|DISPLAY|HOSTNAME|TMPDIR|DBUS_.*|XDG_.*|SSH_.*|SUDO_.*|npm_.*|NVM_.*|PM2_.*|pm_.*|axm_.*|unique_id|NODE_APP_INSTANCE|vizion_running|km_link|status|windowsHide|INVOCATION_ID|JOURNAL_STREAM|.* .*)$/

/**
 * The apps of a dump; processes of one name are instances of one app. Undefined if it is none.
 * @param own the environment of this shell, whose variables are left out
 */
export function appsOfDump(dump: unknown, own: Readonly<Record<string, string | undefined>>): Dumped[] | undefined {
  if (!Array.isArray(dump) || !dump.every(isDumped)) return undefined
  const apps = new Map<string, Dumped>()
  for (const one of dump) {
    const name = String(one.name)
    const before = apps.get(name)
    if (before) before.instances = Number(before.instances ?? 1) + 1
    else apps.set(name, appOf(one, own))
  }
  return [...apps.values()]
}

function appOf(one: Dumped, own: Readonly<Record<string, string | undefined>>): Dumped {
  const env = Object.entries(typeof one.env === 'object' && one.env !== null ? one.env : {}).filter(
    ([key, value]) =>
      !ofShell.test(key) && own[key] !== value && typeof value !== 'object' && !isOfPm2(key, value, one.name),
  )
  const values = kept.flatMap(key => (isSaid(key, one[key]) ? [[key, one[key]] as const] : []))
  return { ...Object.fromEntries(values), script: one.pm_exec_path, cwd: one.pm_cwd, env: Object.fromEntries(env) }
}

/** PM2 keeps settings of its own in a variable with the name of the app: an object, and as text for those of an ecosystem. */
function isOfPm2(key: string, value: unknown, name: unknown): boolean {
  return key === name && typeof value === 'string' && /^\{.*\}$/s.test(value)
}

/** PM2 fills in what nobody said. */
const filledIn: Dumped = {
  autorestart: true,
  autostart: true,
  treekill: true,
  namespace: 'default',
  exec_interpreter: 'node',
}

function isSaid(key: string, value: unknown): boolean {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return false
  return value !== (Object.hasOwn(filledIn, key) ? filledIn[key] : false)
}

function isDumped(value: unknown): value is Dumped {
  return typeof value === 'object' && value !== null && 'pm_exec_path' in value
}
