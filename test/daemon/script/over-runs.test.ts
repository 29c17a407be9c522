import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { OverRuns } from '../../../daemon/script/over-runs.ts'
import type { ScriptRecord } from '../../../daemon/script/record-file.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const nowMs = Date.parse('2026-11-20T10:00:00.000Z')
const hourMs = 3_600_000

/** Runs that ended so many hours ago, the first of them 1, each with its files. */
function ended(at: Scratch, hoursAgo: number[], { keepScriptRuns = 100, runAge = 1000 * hourMs } = {}) {
  const paths = dataPaths(at.dir)
  const settings = { keepScriptRuns, runAge, logPodBytes: 1e9, logAge: 1e12 }
  const over = new OverRuns('job', { paths, settings, clock: { wallMs: () => nowMs } } as unknown as Seams)
  hoursAgo.forEach((hours, index) => {
    const endedAt = new Date(nowMs - hours * hourMs).toISOString()
    over.add(index + 1, { id: `job.${index + 1}`, startedAt: endedAt, endedAt } as ScriptRecord)
    for (const file of Object.values(filesOf(at, index + 1))) at.file(file.slice(at.dir.length + 1), '')
  })
  return over
}

function filesOf(at: Scratch, number: number) {
  const { record, exit, stdin, log } = runPaths(dataPaths(at.dir).pod('job'), number)
  return { record, exit, stdin, log }
}

test('last is the run that ended last, whatever its number', () => {
  using at = scratch()
  const over = ended(at, [3, 2])
  over.add(1, { id: 'job.1' } as ScriptRecord)
  assert.is(over.last?.id, 'job.2')
  over.add(3, { id: 'job.3' } as ScriptRecord)
  assert.is(over.last?.id, 'job.3')
})

test('erase() removes the record and all files of one run', async () => {
  using at = scratch()
  const over = ended(at, [2, 1])
  await over.erase(1)
  assert.equal([...over.all.keys()], [2])
  const isThere = (number: number) => Object.values(filesOf(at, number)).map(file => existsSync(file))
  assert.equal([isThere(1).some(Boolean), isThere(2).every(Boolean)], [false, true])
})

test('prune() removes those that are too many, oldest first, and those that are too old', async () => {
  using at = scratch()
  const many = ended(at, [4, 3, 2, 1], { keepScriptRuns: 2 })
  await many.prune(new Set())
  assert.equal([...many.all.keys()], [3, 4])
  using other = scratch()
  const old = ended(other, [30, 20, 1], { runAge: 10 * hourMs })
  await old.prune(new Set())
  assert.equal([...old.all.keys()], [3])
})

test('makeRoom() keeps as many records as are kept, and looks at their ages now and then', async () => {
  using at = scratch()
  const over = ended(at, [2, 1], { keepScriptRuns: 2 })
  over.add(3, { id: 'job.3', endedAt: new Date().toISOString() } as ScriptRecord)
  await over.makeRoom(new Set())
  assert.equal([...over.all.keys()], [2, 3])
  using other = scratch()
  const old = ended(other, [30, 1], { runAge: 10 * hourMs })
  for (let end = 1; end < 50; end++) await old.makeRoom(new Set())
  assert.is(old.all.size, 2)
  await old.makeRoom(new Set())
  assert.is(old.all.size, 1)
})

test.run()
