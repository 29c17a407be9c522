import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RecordFile, type ScriptRecord } from '../../../daemon/script/record-file.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const first = { v: 1, id: 'job.1', state: 'queued' } as unknown as ScriptRecord

function opened(at: Scratch) {
  const paths = dataPaths(at.dir).pod('job')
  const said: string[] = []
  const log = { error: (_: string, message: string) => void said.push(message) } as unknown as HostLog
  mkdirSync(paths.runs, { recursive: true })
  const { record, stdin } = runPaths(paths, 1)
  const saved = () => JSON.parse(readFileSync(record, 'utf8'))
  return { file: new RecordFile(first, { paths, number: 1, log }), saved, stdin, said, runs: paths.runs }
}

test('saveFirst() saves the record and the stdin, for its own user alone', async () => {
  using at = scratch()
  const { file, saved, stdin } = opened(at)
  await file.saveFirst(Buffer.from('given'))
  assert.equal([saved().state, readFileSync(stdin, 'utf8'), await file.isThere], ['queued', 'given', true])
  assert.is(statSync(stdin).mode & 0o777, 0o600)
})

test('saveFirst() that fails leaves no run, and no later save makes one', async () => {
  using at = scratch()
  const { file, runs, said } = opened(at)
  rmSync(runs, { recursive: true })
  const changed = file.save({ state: 'up' })
  await failsWith('save_failed', () => file.saveFirst(undefined))
  await changed
  await file.save({ state: 'ended' })
  assert.equal([await file.isThere, said], [false, []])
})

test('saveFirst() that cannot keep the stdin leaves no record', async () => {
  using at = scratch()
  const { file, saved, stdin } = opened(at)
  mkdirSync(stdin)
  await failsWith('save_failed', () => file.saveFirst(Buffer.from('given')))
  assert.is(await file.isThere, false)
  assert.throws(saved, /ENOENT/)
})

test('save() before the first save is a part of that', async () => {
  using at = scratch()
  const { file, saved } = opened(at)
  const changed = file.save({ state: 'spawning' })
  await file.saveFirst(undefined)
  await changed
  assert.equal([saved().state, file.record.state], ['spawning', 'spawning'])
})

test('what is saved unseen is seen once it is noted', async () => {
  using at = scratch()
  const { file, saved } = opened(at)
  await file.saveFirst(undefined)
  await file.saveUnseen({ state: 'ended' })
  assert.equal([saved().state, file.record.state], ['ended', 'queued'])
  file.note({ state: 'ended' })
  assert.is(file.record.state, 'ended')
})

test('one save follows the other, with all changes before it', async () => {
  using at = scratch()
  const { file, saved } = opened(at)
  await file.saveFirst(undefined)
  file.note({ pid: 7 })
  await Promise.all([file.save({ state: 'up' }), file.save({ state: 'stopping' }), file.save({ state: 'ended' })])
  assert.equal([saved().state, saved().pid], ['ended', 7])
})

test('takeOver() saves nothing, and what changes later is saved', async () => {
  using at = scratch()
  const { file, saved } = opened(at)
  file.takeOver()
  assert.is(await file.isThere, true)
  assert.throws(saved, /ENOENT/)
  await file.save({ state: 'up' })
  assert.is(saved().state, 'up')
})

test('a later save that fails is told, and harms nothing', async () => {
  using at = scratch()
  const { file, runs, said } = opened(at)
  await file.saveFirst(undefined)
  rmSync(runs, { recursive: true })
  await file.save({ state: 'up' })
  assert.equal(said, ['The record of a run could not be saved'])
})

test.run()
