// What retention removes and what it leaves. Not tested: a run that begins while it is at work.
import { readdir, utimes } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pruneLogs } from '../../../daemon/logs/retention.ts'
import { LogDir } from './log-dir.ts'

const nowMs = Date.parse('2026-11-20T10:00:00Z')
const hourMs = 3_600_000

/** Files of 100 bytes by name, with their age in hours. */
async function withFiles(
  ages: Record<string, number>,
  options: { live?: number[]; maxBytes?: number; maxHours?: number },
) {
  using logs = new LogDir()
  for (const [name, hours] of Object.entries(ages)) {
    await logs.write(`web/${name}`, 'x'.repeat(100))
    const at = new Date(nowMs - hours * hourMs)
    await utimes(logs.path(`web/${name}`), at, at)
  }
  const { live = [], maxBytes = Infinity, maxHours = Infinity } = options
  const removed = await pruneLogs(logs.dir, 'web', {
    live: new Set(live),
    maxBytes,
    maxAgeMs: maxHours * hourMs,
    nowMs,
  })
  return { removed, left: (await readdir(logs.path('web'))).sort() }
}

test('pruneLogs() removes what is too old, but never the live file of a live run', async () => {
  const ages = { '1.log': 9, '2.log.1': 9, '2.log.2': 3, '2.log': 9, '3.log': 1, '1.stdout.raw': 9 }
  const { removed, left } = await withFiles(ages, { live: [2], maxHours: 5 })
  assert.equal(left, ['1.stdout.raw', '2.log', '2.log.2', '3.log'])
  assert.equal(removed, { files: 2, bytes: 200 })
})

test('pruneLogs() removes the oldest until the rest fits', async () => {
  const ages = { '1.log.1': 5, '1.log': 4, '2.log.1': 3, '2.log': 2, '3.log': 1 }
  const { removed, left } = await withFiles(ages, { live: [2], maxBytes: 250 })
  assert.equal(left, ['2.log', '3.log'])
  assert.equal(removed, { files: 3, bytes: 300 })
})

test('pruneLogs() keeps a live file though it alone is over the limit', async () => {
  const { left } = await withFiles({ '1.log.1': 2, '1.log': 9, '2.log': 1 }, { live: [1], maxBytes: 50 })
  assert.equal(left, ['1.log'])
})

test('pruneLogs() takes files of one run that were written in the same moment in their order', async () => {
  const { left } = await withFiles({ '1.log': 1, '1.log.2': 1, '1.log.10': 1 }, { maxBytes: 200 })
  assert.equal(left, ['1.log', '1.log.10'])
})

test('pruneLogs() does nothing where all fits, or where there is nothing', async () => {
  assert.equal((await withFiles({ '1.log': 1 }, { maxBytes: 100, maxHours: 1 })).removed, { files: 0, bytes: 0 })
  using logs = new LogDir()
  const retention = { live: new Set<number>(), maxBytes: 0, maxAgeMs: 0, nowMs }
  assert.equal(await pruneLogs(logs.dir, 'none', retention), { files: 0, bytes: 0 })
})

test.run()
