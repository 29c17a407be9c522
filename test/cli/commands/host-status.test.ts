import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-status.ts'
import { doing, info } from './doing.ts'

test('run() shows what the host is, and all of it as JSON', async () => {
  const people = await doing(run, {}, { 'host.info': info })
  for (const text of [
    /x, p8a 1\.2\.3, Node 26\.0\.0/,
    /127\.0\.0\.1:3000, unix:/,
    /1 up/,
    /1 process\n/,
    /2 of 3 starts found one/,
  ])
    assert.match(people.text, text)
  assert.equal((await doing(run, { json: true }, { 'host.info': info })).value, info)
})

test('run() shows what the next start has too, and what became of the last upgrade', async () => {
  const startedWith = { port: 4000, host: '::', shellPort: 4001, tls: 'off' }
  const upgrade = {
    id: 'a',
    from: '1.0.0',
    to: '1.1.0',
    folder: '/opt',
    at: info.startedAt,
    outcome: 'failed',
    why: 'it hung',
  }
  const { text } = await doing(run, {}, { 'host.info': { ...info, startedWith, upgrade } })
  assert.match(text, /remembers +--port 4000 --host :: --shell-port 4001 --no-tls/)
  assert.match(text, /upgrade +1\.0\.0 to 1\.1\.0, .*: failed, it hung/)
})

test.run()
