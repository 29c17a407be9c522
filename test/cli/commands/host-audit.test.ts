import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-audit.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const entry = {
  time: '2026-11-20T10:00:00.000Z',
  who: 'local',
  uid: 0,
  from: 'unix',
  verb: 'pod.start',
  path: 'inner',
  pod: 'web',
  outcome: 'ok',
}

test('run() shows who did what to what, and how it ended', async () => {
  const token = {
    ...entry,
    who: 'ci',
    uid: undefined,
    verb: 'host.token.add',
    path: '',
    pod: undefined,
    token: 'new',
    outcome: 'forbidden',
  }
  const { text, asked } = await doing(run, { options: { lines: '2' } }, { 'host.audit': { entries: [entry, token] } })
  assert.equal(asked, [['host.audit', { limit: 2 }]])
  assert.match(text, /local \(uid 0\) +unix +pod\.start +inner\.web +ok/)
  assert.match(text, /ci +unix +host\.token\.add +new +forbidden/)
})

test('run() refuses a number of lines that is none', async () => {
  for (const lines of ['0', '10001', 'x']) await failsWith('usage', () => doing(run, { options: { lines } }))
})

test.run()
