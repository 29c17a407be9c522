import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Draft } from '../../../cli/import/imported.ts'
import { pm2KeyOf, pm2Keys, wordsOf } from '../../../cli/import/pm2-keys.ts'

/** The keys of lib/API/schema.json of PM2 7.0.4. */
const schema =
  'script name name_prefix filter_env namespace install_url cwd args exec_interpreter node_args out_file error_file log_file disable_logs log_type log_date_format time env ^env_\\S*$ max_memory_restart pid_file restart_delay exp_backoff_restart_delay source_map_support disable_source_map_support wait_ready instances kill_timeout shutdown_with_message listen_timeout cron_restart merge_logs vizion autostart autorestart stop_exit_codes watch_delay watch ignore_watch watch_options min_uptime max_restarts execute_command exec_mode force append_env_to_name post_update trace disable_trace v8 event_loop_inspector deep_monitoring increment_var instance_var pmx automation treekill port username uid gid windowsHide kill_retry_time write io'

const take = (key: string, value: unknown, app: Record<string, unknown> = {}) => {
  const pod: Draft = {}
  return { outcome: pm2Keys[key]?.(value, pod, app), pod }
}

test('pm2Keys has every key of the schema and no other, each with one answer', () => {
  assert.equal(Object.keys(pm2Keys), schema.split(' '))
  assert.is(Object.keys(pm2Keys).length, 65)
  for (const key of Object.keys(pm2Keys)) {
    const { outcome = {} } = take(key, 1)
    const [text] = Object.values(outcome)
    assert.ok(Object.keys(outcome).length === 1 && typeof text === 'string' && text.length >= 3, key)
  }
})

test('pm2Keys maps what has a counterpart, and tells what a value cannot be', () => {
  const rows: [string, unknown, Draft][] = [
    ['instances', 4, { scale: 4 }],
    ['instances', '1', {}],
    ['kill_timeout', 3000, { stopTimeout: '3s' }],
    ['min_uptime', '1500', { minUptime: '1500ms' }],
    ['max_restarts', 0, { giveUp: 'after 1' }],
    ['autorestart', false, { restart: 'never' }],
    ['autostart', false, { start: false }],
    ['treekill', false, { stopTo: 'main' }],
    ['treekill', true, {}],
    ['stop_exit_codes', [0], { restart: 'on-failure' }],
    ['port', 8080, { env: { PORT: '8080' } }],
    ['namespace', 'team', { labels: { namespace: 'team' } }],
    ['node_args', '-r dotenv/config --import tsx', { nodeFlags: ['--require=dotenv/config', '--import=tsx'] }],
    ['node_args', '--max-old-space-size=200 --inspect', { nodeFlags: ['--max-old-space-size=200', '--inspect'] }],
  ]
  for (const [key, value, wanted] of rows) {
    const { outcome, pod } = take(key, value)
    assert.equal(pod, wanted, key)
    assert.ok(outcome && 'became' in outcome, key)
  }
  for (const [key, value] of [
    ['instances', 'many'],
    ['kill_timeout', 'soon'],
    ['stop_exit_codes', [0, 143]],
    ['max_restarts', 'x'],
    ['instance_var', 'ID'],
  ] as const) {
    const { outcome } = take(key, value)
    assert.ok(outcome && 'lost' in outcome, key)
  }
  assert.ok((take('instances', 'max').pod.scale ?? 1) >= 1)
})

test('pm2Keys takes listen_timeout only where the program says that it is ready', () => {
  assert.equal(take('listen_timeout', 5000, { wait_ready: true }).pod, { startTimeout: '5s' })
  assert.equal(take('listen_timeout', 5000).pod, {})
  assert.equal(take('wait_ready', true).pod, { ready: 'said' })
  assert.equal(take('wait_ready', false).pod, {})
})

test('pm2KeyOf() knows the other names of a key', () => {
  const rows = {
    exec: 'script',
    interpreterArgs: 'node_args',
    maxRestarts: 'max_restarts',
    user: 'uid',
    errLog: 'error_file',
  }
  for (const [key, wanted] of Object.entries(rows)) assert.is(pm2KeyOf(key), wanted)
  assert.is(pm2KeyOf('windowsHide'), 'windowsHide')
  assert.is(pm2KeyOf('env_production'), '^env_\\S*$')
  assert.is(pm2KeyOf('constructor'), undefined)
})

test('wordsOf() reads a text with quotes, and a list', () => {
  assert.equal(wordsOf(`start "a b" --x='1 2'`), ['start', 'a b', '--x=1 2'])
  assert.equal(wordsOf(['a b', 3]), ['a b', '3'])
  assert.equal(wordsOf(undefined), [])
})

test('pm2Keys makes a schedule of a cron_restart only where the program ends by itself', () => {
  const cron = (pattern: string, app: Record<string, unknown>) => take('cron_restart', pattern, app).pod
  assert.equal(cron('0 * * * *', { autorestart: false }), { schedule: '0 * * * *' })
  assert.equal(cron('0 * * * *', {}), {})
  assert.equal(cron('*/5 * * * * *', { autorestart: false }), {})
})

test.run()
