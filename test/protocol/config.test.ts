// Configs. Not here: how a config is read from code (daemon/image/inspect.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { maxLabelLength } from '../../protocol/labels.ts'
import { maxScale } from '../../protocol/limits.ts'
import { policyOf } from '../../protocol/policy.ts'
import { defaultSettings } from '../../protocol/settings.ts'

function refused(value: unknown, where?: string): P8aError {
  try {
    parseConfig(value, where)
  } catch (error) {
    assert.instance(error, P8aError)
    assert.is((error as P8aError).code, 'bad_config')
    assert.ok((error as P8aError).hint)
    return error as P8aError
  }
  return assert.unreachable(JSON.stringify(value)) as never
}

test('parseConfig() reads every key, with durations in milliseconds and nothing added', () => {
  assert.equal(parseConfig({}), {})
  assert.equal(
    parseConfig({
      kind: 'service',
      restart: 'on-failure',
      retries: 3,
      giveUp: 'after 5',
      scale: maxScale,
      startTimeout: '1m',
      stopTimeout: 5,
      readyAfter: '1s',
      minUptime: '1h',
      check: { interval: '2s', timeout: 100, failures: 1 },
      env: { A: 'x', _b1: '' },
      cwd: '/tmp',
      nodeFlags: ['--expose-gc'],
      labels: { route: 'example.com', 'team.example/owner': '' },
      may: 'deploy',
    }),
    {
      kind: 'service',
      restart: 'on-failure',
      retries: 3,
      giveUp: 'after 5',
      scale: maxScale,
      startTimeout: 60_000,
      stopTimeout: 5,
      readyAfter: 1000,
      minUptime: 3_600_000,
      check: { interval: 2000, timeout: 100, failures: 1 },
      env: { A: 'x', _b1: '' },
      cwd: '/tmp',
      nodeFlags: ['--expose-gc'],
      labels: { route: 'example.com', 'team.example/owner': '' },
      may: 'deploy',
    },
  )
})

for (const [value, key, message] of [
  [{ sclae: 2 }, 'sclae', /^Cannot use the config: "sclae" is unknown$/],
  [{ check: { every: 1 } }, 'check.every', /"check\.every" is unknown/],
  [{ scale: 0 }, 'scale', /not a whole number from 1 to 1000/],
  [{ scale: 1.5 }, 'scale', /not a whole number/],
  [{ scale: '2' }, 'scale', /not a whole number/],
  [{ scale: maxScale + 1 }, 'scale', /not a whole number/],
  [{ scale: null }, 'scale', /not a whole number/],
  [{ retries: 0 }, 'retries', /not a whole number/],
  [{ giveUp: 'soon' }, 'giveUp', /must be "never", or such as "after 5"/],
  [{ giveUp: 'after 0' }, 'giveUp', /must be "never"/],
  [{ giveUp: 2.5 }, 'giveUp', /must be "never"/],
  [{ giveUp: true }, 'giveUp', /must be "never"/],
  [{ restart: 'yes' }, 'restart', /must be "always", "on-failure" or "never"/],
  [{ kind: 'script' }, 'kind', /must be "service" or "worker"/],
  [{ stopTo: 'child' }, 'stopTo', /must be "group" or "main"/],
  [{ startTimeout: true }, 'startTimeout', /not a duration/],
  [{ minUptime: 'soon' }, 'minUptime', /not a duration/],
  [{ check: 5 }, 'check', /must be an object/],
  [{ check: { failures: 0 } }, 'check.failures', /not a whole number/],
  [{ env: { PORT: 80 } }, 'env.PORT', /not a text/],
  [{ env: { 'A B': 'x' } }, 'env.A B', /not a name for an environment variable/],
  [{ env: 'A=1' }, 'env', /must be an object/],
  [{ cwd: 1 }, 'cwd', /not a text/],
  [{ nodeFlags: '--a' }, 'nodeFlags', /must be a list/],
  [{ nodeFlags: ['a'] }, 'nodeFlags.0', /must start with "-"/],
  [{ labels: ['route'] }, 'labels', /must be an object/],
  [{ labels: { route: 1 } }, 'labels.route', /not a text/],
  [{ labels: { route: 'x'.repeat(maxLabelLength + 1) } }, 'labels.route', /longer than 4096/],
  [{ labels: { 'a b': 'x' } }, 'labels.a b', /not a name for a label/],
  [{ labels: { ['n'.repeat(64)]: 'x' } }, `labels.${'n'.repeat(64)}`, /not a name for a label/],
  [{ labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, ''])) }, 'labels', /more than 64/],
  [{ may: 'everything' }, 'may', /must be "read", "deploy" or "admin"/],
  [null, '', /must be an object/],
  ['fast', '', /must be an object/],
  [[], '', /must be an object/],
  [{ check: [] }, 'check', /must be an object/],
] as const) {
  test(`parseConfig() refuses ${JSON.stringify(value)}`, () => {
    const error = refused(value)
    assert.match(error.message, message)
    assert.is(error.facts.key, key)
  })
}

test('parseConfig() names what it was given as it is told to, the nearest key, and the known ones', () => {
  const error = refused({ sclae: 2 }, 'config in app.ts')
  assert.is(error.message, 'Cannot use config in app.ts: "sclae" is unknown')
  assert.match(error.hint ?? '', /^Did you mean "scale"\? Known keys: .*scale.*stopTimeout/)
  assert.match(refused({ instances: 2 }).hint ?? '', /^"instances" is "scale" here\. Known keys: /)
  assert.match(refused({ check: { every: 1 } }).hint ?? '', /^Known keys: interval, timeout, failures/)
  assert.is(refused('fast', 'pod.json').message, 'Cannot use pod.json: it must be an object')
})

test('parseConfig() takes a number alone for the attempts after which there is no further one', () => {
  for (const giveUp of [5, '5', 'after 5']) assert.equal(parseConfig({ giveUp }), { giveUp: 'after 5' })
  assert.is(policyOf(parseConfig({ giveUp: 5 })).giveUpAfter, 5)
  assert.equal(parseConfig({ giveUp: 'never' }), { giveUp: 'never' })
})

test('the default settings are within each other: a push fits in a line, an image in a push', () => {
  assert.ok(defaultSettings.maxImageBytes < defaultSettings.maxLineBytes)
  assert.ok(defaultSettings.maxUnauthorizedLineBytes < defaultSettings.maxLineBytes)
  assert.ok(defaultSettings.logFileBytes < defaultSettings.logPodBytes)
})

test.run()
