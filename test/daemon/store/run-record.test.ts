// The records of runs. Not here: what a host makes of them (pod/recover.test.ts).
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  highestNumber,
  pruneRecords,
  type RunRecord,
  readRecords,
  recordNumbers,
  writeRecord,
} from '../../../daemon/store/run-record.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { P8aError } from '../../../protocol/errors.ts'
import { foldersFail } from '../../folders-fail.ts'
import { scratch } from '../../scratch.ts'

const record = (number: number, more: Partial<RunRecord> = {}): RunRecord => ({
  v: 1,
  id: `web.${number}`,
  slot: 0,
  spec: 'spec',
  version: 1,
  failures: 0,
  restarts: 0,
  ticket: 'ticket',
  boot: 'boot',
  state: 'ended',
  startedAt: '2026-11-20T10:00:00.000Z',
  end: { code: 0, signal: null, reason: 'exited' },
  ...more,
})

function podIn(dir: string) {
  const pod = dataPaths(dir).pod('web')
  mkdirSync(pod.runs, { recursive: true })
  mkdirSync(pod.logs, { recursive: true })
  return pod
}

const unexpected = (error: P8aError) => {
  throw error
}

test('readRecords() has what writeRecord() wrote, newest first by number', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  for (const number of [2, 10, 1, 9]) await writeRecord(pod, number, record(number))
  const read = await readRecords('web', pod, unexpected)
  assert.equal(
    read.map(({ number }) => number),
    [10, 9, 2, 1],
  )
  assert.equal(read[0]?.record, record(10))
})

test('readRecords() has every param and variable of a script, whatever it is called', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  const texts = JSON.parse('{"constructor":"C","prototype":"P","__proto__":"U","level":"3"}') as Record<string, string>
  const script = {
    queuedAt: '',
    hash: '',
    params: texts,
    args: [],
    env: texts,
    stopMs: 0,
    maxOutputBytes: 0,
    hasStdin: false,
  }
  await writeRecord(pod, 1, record(1, { script }))
  const [read] = await readRecords('web', pod, unexpected)
  assert.equal(Object.entries(read?.record.script?.params ?? {}), Object.entries(texts))
  assert.equal(Object.entries(read?.record.script?.env ?? {}), Object.entries(texts))
})

test('readRecords() of a pod that never ran is nothing', async () => {
  using at = scratch()
  assert.equal(await readRecords('web', dataPaths(at.dir).pod('web'), unexpected), [])
})

test('readRecords() tells broken ones and has the others', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  await writeRecord(pod, 1, record(1))
  writeFileSync(runPaths(pod, 2).record, '{"v":1,"id":"we')
  writeFileSync(runPaths(pod, 3).record, JSON.stringify({ ...record(3), v: 7 }))
  writeFileSync(runPaths(pod, 4).record, JSON.stringify({ ...record(4), state: 'dancing' }))
  const told: string[] = []
  const read = await readRecords('web', pod, error => told.push(String(error.facts.file)))
  assert.equal(
    read.map(({ number }) => number),
    [1],
  )
  assert.equal(
    told.sort(),
    [2, 3, 4].map(number => runPaths(pod, number).record),
  )
})

test('readRecords() takes a record of another pod, or of another number, for nobody', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  await writeRecord(pod, 1, record(1, { id: 'other.1' }))
  await writeRecord(pod, 2, record(1))
  assert.equal(await readRecords('web', pod, unexpected), [])
})

test('recordNumbers() takes no notice of other files', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  for (const name of ['1.json', '1.exit', 'x.json', '2.json.123', '.3.json', '04.json.broken-x'])
    writeFileSync(join(pod.runs, name), '{}')
  assert.equal(await recordNumbers(pod), [1])
})

test('pruneRecords() keeps the newest, those that live, and nothing of the others', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  for (let number = 1; number <= 6; number++) {
    await writeRecord(pod, number, record(number))
    writeFileSync(runPaths(pod, number).exit, '{"code":0}')
  }
  await pruneRecords(pod, { keep: 2, oldestMs: 0, live: new Set([1]) })
  assert.equal(await recordNumbers(pod), [6, 5, 1])
  assert.equal(
    readdirSync(pod.runs)
      .filter(name => name.endsWith('.exit'))
      .sort(),
    ['1.exit', '5.exit', '6.exit'],
  )
  assert.not.ok(existsSync(runPaths(pod, 4).record))
})

test('highestNumber() is that of any file there is, so that no number is used twice', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  assert.is(await highestNumber(pod), 0)
  await writeRecord(pod, 3, record(3))
  assert.is(await highestNumber(pod), 3)
  writeFileSync(join(pod.logs, '12.log.1'), '')
  assert.is(await highestNumber(pod), 12)
  writeFileSync(join(pod.runs, '15.json.broken-x'), '')
  assert.is(await highestNumber(pod), 15)
  assert.is(await highestNumber(dataPaths(at.path('nowhere')).pod('web')), 0)
})

test('highestNumber() of files that the system cannot read now is not known; of what is no folder there is none', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  for (const [code, outcome] of [
    ['EMFILE', 'state_broken'],
    ['EIO', 'state_broken'],
    ['ENOTDIR', 0],
    ['EACCES', 0],
  ] as const) {
    using _ = foldersFail(() => code)
    assert.is(await highestNumber(pod).catch(error => error.code), outcome, code)
  }
})

test('readRecords() refuses a record that would have the host signal everybody, or reckon with no time', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  const wrong: Partial<RunRecord>[] = [
    { pid: 0 },
    { pid: 1 },
    { pid: 2 ** 32 },
    { startedAt: 'soon' },
    { upAt: '' },
    { endedAt: 'x' },
    { slot: 1e9 },
    { ticket: '' },
  ]
  for (const more of wrong) {
    const told: string[] = []
    writeFileSync(runPaths(pod, 1).record, JSON.stringify(record(1, more)))
    assert.equal(await readRecords('web', pod, error => told.push(error.code)), [])
    assert.equal(told, ['state_broken'], JSON.stringify(more))
  }
})

test('highestNumber() passes over a number that has no next one', async () => {
  using at = scratch()
  const pod = podIn(at.dir)
  for (const name of ['3.json', '99999999999999999999.json']) writeFileSync(join(pod.runs, name), '{}')
  assert.equal([await highestNumber(pod), await recordNumbers(pod)], [3, [3]])
})

test.run()
