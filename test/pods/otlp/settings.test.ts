import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { settingsOf, signalUrl } from '../../../pods/otlp/settings.ts'

test('settingsOf() takes params, then the variables of OpenTelemetry, then what is usual', () => {
  const usual = { headers: undefined, intervalMs: 30_000, timeoutMs: 10_000, logs: true, metrics: true }
  assert.equal(settingsOf({}, {}), { ...usual, endpoint: 'http://localhost:4318' })
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b:1' }
  assert.is(settingsOf({}, env).endpoint, 'http://b:1')
  const given = { endpoint: 'https://a/otlp/', headers: 'X-A=1, Authorization=Bearer a=b', interval: '5s', logs: 'off' }
  assert.equal(settingsOf(given, env), {
    ...usual,
    endpoint: 'https://a/otlp/',
    headers: { 'X-A': '1', Authorization: 'Bearer a=b' },
    intervalMs: 5000,
    logs: false,
  })
})

test('settingsOf() names what is wrong, and no value of a header', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ endpoints: '' }, /There is no setting endpoints: use endpoint, /],
    [{ endpoint: 'collector:4318' }, /endpoint is "collector:4318", which is no URL/],
    [{ interval: 'often' }, /interval is "often", which is no time/],
    [{ answerTimeout: '1ms' }, /answerTimeout is "1ms", which is no time/],
    [{ logs: 'yes' }, /logs is "yes": it may be on, off/],
    [{ logs: 'off', metrics: 'off' }, /nothing to send/],
    [{ headers: 'secret' }, /^Error: headers are written NAME=VALUE, with commas between them$/],
    [{ headers: 'a b=secret' }, /^Error: headers are written NAME=VALUE, with commas between them$/],
  ]
  for (const [params, message] of wrong) {
    try {
      settingsOf(params, {})
      assert.unreachable(JSON.stringify(params))
    } catch (error) {
      assert.match(String(error), message)
    }
  }
})

test('signalUrl() puts the path of a signal behind that of the endpoint', () => {
  assert.is(signalUrl('http://localhost:4318', 'logs'), 'http://localhost:4318/v1/logs')
  assert.is(signalUrl('https://a.test/otlp/?key=1', 'metrics'), 'https://a.test/otlp/v1/metrics?key=1')
})

test.run()
