// Durations that are longer than a timer of Node can wait, wherever one may be given: none of them is over at once.
// Not here: that such a timer is over in the end (test/protocol/long-timeout.test.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestHost } from './harness.ts'

const test = suite('long durations')
const host = new TestHost()
const month = '30d'

test.before(async () => {
  mkdirSync(host.data, { mode: 0o700 })
  // All but what a wrong token costs: this test gives none.
  const names = ['authTimeout', 'idleTimeout', 'wrongTokenWindow', 'adoptTimeout', 'handlerTimeout', 'callTimeout']
  const settings = Object.fromEntries([...names, 'shellLoginTimeout', 'shellLockout'].map(name => [name, month]))
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'long', settings }), { mode: 0o600 })
  await host.up()
})
test.after(() => host.dispose())

async function push(name: string, code: string): Promise<void> {
  const file = join(host.dir, name)
  writeFileSync(file, code)
  await host.pushFile(name.replace(/\..*/, ''), file)
}

test('a pod whose every duration is a month is up, is called, and stops', async () => {
  await push(
    'slow.js',
    `export const config = {
      startTimeout: '30d', stopTimeout: '30d', readyAfter: '30d', minUptime: '30d', check: { interval: '30d', timeout: '30d' },
    }
    export const double = n => n * 2
    export default async () => () => {}`,
  )
  await host.begin('slow')
  assert.is((await host.status('slow')).up, 1)
  assert.is(await host.call('slow', 'double', 4), 8)
  assert.is((await host.ok('call', 'local', 'slow', 'double', '4', '--timeout', month)).trim(), '8')
  await host.stop('slow')
})

test('a pod calls another with a month to answer in', async () => {
  await push('callee.js', `export const double = n => n * 2\nexport default async () => {}`)
  await push(
    'caller.js',
    `let own
    export const ask = async () => await own.pod('callee', { timeout: '30d' }).double(4)
    export default async (params, bus, p8a) => { own = p8a }`,
  )
  for (const name of ['callee', 'caller']) await host.begin(name)
  assert.is(await host.call('caller', 'ask'), 8)
})

test('a script with a month of time runs to its end', async () => {
  await push('job.sh', '#!/bin/sh\necho done\n')
  const started = await host.pod('start', 'local', 'job', '--timeout', month, '--stop-timeout', month, '--wait')
  assert.equal([started.code, started.stdout], [0, 'done\n'])
})

test('a duration that is longer than any is refused as that', async () => {
  const { code, message } = await host.refused('start', 'local', 'job', '--timeout', '36501d')
  assert.is(code, 'bad_config')
  assert.match(message, /--timeout .*is longer than 36500d, which is the most/)
})

test.run()
