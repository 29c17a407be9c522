import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UpgradeRecord } from '../../../daemon/boot/upgrade-record.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { scratch } from '../../scratch.ts'

const log = { info() {}, warn() {}, error() {} } as unknown as HostLog
const begun = {
  id: 'a',
  from: '1.0.0',
  to: '1.1.0',
  folder: '/opt/next',
  at: '2026-11-20T10:00:00.000Z',
  outcome: 'under way',
} as const

const told: string[] = []

/** What becomes of an upgrade, as the host after finds it. */
async function settled(own: Parameters<UpgradeRecord['settle']>[0]) {
  using at = scratch()
  const file = at.path('upgrade.json')
  await (
    await UpgradeRecord.open({ ...{ file, log }, tell: each => void told.push(each.type), told: undefined })
  ).begin(begun)
  await (
    await UpgradeRecord.open({ ...{ file, log }, tell: each => void told.push(each.type), told: undefined })
  ).settle(own)
  const { outcome, why } =
    (await UpgradeRecord.open({ ...{ file, log }, tell: each => void told.push(each.type), told: undefined })).last ??
    {}
  return [outcome, why, told.pop()]
}

test('settle() tells which host is there: the other one, or the one before with the reason', async () => {
  const [next, before] = ['/opt/next', '/opt/before']
  assert.equal(await settled({ isHeir: true, folder: next }), ['done', undefined, 'upgraded'])
  assert.equal(await settled({ isHeir: true, folder: before, failure: { why: 'it hung' } }), [
    'failed',
    'it hung',
    'upgrade-failed',
  ])
  assert.equal(await settled({ isHeir: false, folder: next }), ['done', undefined, 'upgraded'])
  assert.equal(await settled({ isHeir: false, folder: before }), [
    'failed',
    'the host was killed meanwhile',
    'upgrade-failed',
  ])
})

test('settle() tells an end once, though it was killed before it had saved it', async () => {
  using at = scratch()
  const file = at.path('upgrade.json')
  const tell = () => assert.unreachable('it was told')
  await (await UpgradeRecord.open({ file, log, tell, told: begun.id })).begin(begun)
  await (await UpgradeRecord.open({ file, log, tell, told: begun.id })).settle({ isHeir: true, folder: begun.folder })
})

test('settle() ends the upgrade that was read, and not one that has begun meanwhile', async () => {
  using at = scratch()
  const file = at.path('upgrade.json')
  const ids: string[] = []
  const open = async () =>
    await UpgradeRecord.open({
      ...{ file, log },
      tell: each => void ids.push((each as { id: string }).id),
      told: undefined,
    })
  await (await open()).begin(begun)
  const record = await open()
  const next = { ...begun, id: 'b' }
  await Promise.all([record.begin(next), record.settle({ isHeir: false, folder: '/opt/before' })])
  assert.equal([ids, record.last, (await open()).last], [['a'], next, next])
  const other = await open()
  await Promise.all([other.settle({ isHeir: true, folder: next.folder }), other.begin({ ...begun, id: 'c' })])
  assert.equal([ids, other.last?.id, (await open()).last?.id], [['a', 'b'], 'c', 'c'])
})

test('open() goes on without a file that it cannot read', async () => {
  using at = scratch()
  const file = at.path('upgrade.json')
  assert.is(
    (await UpgradeRecord.open({ ...{ file, log }, tell: each => void told.push(each.type), told: undefined })).last,
    undefined,
  )
  writeFileSync(file, '{"v":2}')
  assert.is(
    (await UpgradeRecord.open({ ...{ file, log }, tell: each => void told.push(each.type), told: undefined })).last,
    undefined,
  )
})

test.run()
