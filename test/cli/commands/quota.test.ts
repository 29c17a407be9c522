import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as quota } from '../../../cli/commands/quota.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const used = { pods: 2, runs: 3, memory: 3 * 1024 ** 2, images: 2048, items: 0 }
const quotas = [
  { path: 'team', bounds: { pods: 2, memory: 1024 ** 3 }, used },
  { path: 'teamwork', bounds: { items: 10 }, used },
]

test('quota shows what there is of each, and what it may be', async () => {
  const { text, value } = await doing(quota, { args: ['local'] }, { 'quota.list': { quotas } })
  assert.match(text, /^PATH +PODS +RUNS +MEMORY +IMAGES +ITEMS\n/)
  assert.match(text, /\nteam +2 of 2 +3 +3\.0 MB of 1\.0 GB +2\.0 KB +0\n/)
  assert.match(text, /\nteamwork +2 +3 +3\.0 MB +2\.0 KB +0 of 10$/)
  assert.equal(value, { quotas })
  const one = await doing(quota, { args: ['local', 'team'] }, { 'quota.list': { quotas } })
  assert.equal(one.value, { quotas: [quotas[0]] })
  const none = await doing(quota, { args: ['local', 'none'] }, { 'quota.list': { quotas } })
  assert.is(none.text, 'There is no quota at none')
  assert.is((await doing(quota, { args: ['local'] }, { 'quota.list': { quotas: [] } })).text, 'There are no quotas')
})

test('quota sets what is given, takes away what is none, and says what is so now', async () => {
  const answers = { 'quota.set': { path: 'team', bounds: { pods: 3, memory: 1024 ** 3 } } }
  const options = { pods: '3', memory: '1GB', items: 'none' }
  const { text, asked } = await doing(quota, { args: ['local', 'team'], options }, answers)
  assert.equal(asked, [['quota.set', { tenant: 'team', bounds: { pods: 3, memory: 1024 ** 3, items: null } }]])
  assert.is(text, 'team may have 3 pods, 1.0 GB of memory')
  const gone = await doing(
    quota,
    { args: ['local', 'team'], options: { none: true } },
    { 'quota.set': { path: 'team', bounds: {} } },
  )
  assert.equal(gone.asked[0]?.[1].bounds, { pods: null, runs: null, memory: null, images: null, items: null })
  assert.is(gone.text, 'team has no quota')
})

test('quota refuses what is no amount, and a quota of nobody', async () => {
  for (const options of [{ pods: 'many' }, { memory: '3 cows' }, { items: '-1' }])
    await failsWith('usage', () => doing(quota, { args: ['local', 'team'], options }, {}))
  await failsWith('usage', () => doing(quota, { args: ['local'], options: { pods: '3' } }, {}))
})

test.run()
