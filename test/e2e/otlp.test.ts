// The pod p8a:otlp as it ships, on a real host. Not here: what becomes of each line (pods/otlp).
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { Collector } from '../pods/otlp/collector.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const otlp = suite('otlp')
const host = new TestHost()

otlp.before(async () => {
  await host.up()
  await host.ok('push', 'local', 'otlp', 'p8a:otlp')
  await host.ask('pod.push', {
    name: 'talker',
    code: 'export const say = text => console.log(text)\nexport default () => {}\n',
  })
  await host.begin('talker')
})
otlp.after(async () => await host.dispose())

otlp('logs and metrics go to a receiver, with its headers; what it missed while it was away comes too', async () => {
  const port = await freePort()
  const say = async (text: string) => await host.ask('pod.call', { name: 'talker', fn: 'say', args: [text] })
  const endpoint = `http://127.0.0.1:${port}`
  await host.ok(
    'start',
    'local',
    'otlp',
    '--endpoint',
    endpoint,
    '--interval',
    '200ms',
    '--answerTimeout',
    '10s',
    '--headers',
    'x-key=7',
  )
  await say('while it is away')
  await until(
    async () => /logs are not sent: .*metrics are not sent/.test((await host.status('otlp')).text),
    'it says so',
  )
  await using collector = await Collector.open(port)
  const has = (text: string) => collector.lines.some(line => line.pod === 'talker' && line.text === text)
  await until(
    async () => has('while it is away') && collector.metrics.has('p8a_run_resident_memory_bytes'),
    'both come',
  )
  assert.is(collector.headers['x-key'], '7')
  assert.ok(collector.metrics.has('p8a_host_cpu_seconds'))
  // The next run goes on where this one has stopped.
  await host.stop('otlp')
  await say('while nobody sends')
  await host.ask('pod.wake', { name: 'otlp' })
  await until(async () => has('while nobody sends'), 'it was read')
  assert.is(collector.lines.filter(({ text }) => text === 'while it is away').length, 1)
})

otlp('a setting that is wrong is named', async () => {
  await host.stop('otlp')
  const { code, stderr } = await host.pod('start', 'local', 'otlp', '--endpoint', 'collector:4318')
  assert.is(code, 1)
  assert.match(stderr, /endpoint is "collector:4318", which is no URL such as http:\/\/localhost:4318/)
})

otlp.run()
