import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/savings.ts'
import { doing } from './doing.ts'

const since = '2026-11-20T10:00:00.000Z'
const total = { asleepMs: 7_200_000, naps: 2, gigabyteHours: 0.2468 }

test('savings shows how long pods slept, and what that is worth where it has a price', async () => {
  const pods = [{ path: 'lab', name: 'web', isAsleep: true, ...total }]
  const { text } = await doing(run, { args: ['local'] }, { 'host.savings': { since, pods, total, currency: 'USD' } })
  assert.match(text, /^lab\.web +asleep +2h +2 +0\.247 GB·h$/m)
  const priced = { since, pods: [], total: { ...total, price: 1.5 }, currency: 'EUR' }
  assert.match((await doing(run, { args: ['local'] }, { 'host.savings': priced })).text, /^all .* 1\.50 EUR$/m)
  const none = { since, pods: [], total: { asleepMs: 0, naps: 0, gigabyteHours: 0 }, currency: 'USD' }
  assert.is((await doing(run, { args: ['local'] }, { 'host.savings': none })).text, 'No pod has slept')
})

test.run()
