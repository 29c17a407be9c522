// Records of runs that find no room on the disk. What they say in a life is in slots.test.ts and the end-to-end tests.
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import { Records } from '../../../daemon/pod/records.ts'
import { readRecordOf } from '../../../daemon/store/run-record.ts'
import { runPaths } from '../../../daemon/system/paths.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

const ended = { code: 7, signal: null, reason: 'exited' } as const

/** A run that is up, whose record cannot be replaced, since a folder is in its place. */
async function full(host: Inside, number: number) {
  const records = new Records('web', host.seams)
  const paths = host.seams.paths.pod('web')
  mkdirSync(paths.runs, { recursive: true })
  const ref = { number, spec: 's', failures: 0, restarts: 0 } as LiveRun['ref']
  const live = {
    ref,
    record: records.begin(ref, { slot: 0, version: 1 }),
    note: (record: LiveRun['record']) => void Object.assign(live, { record }),
  } as LiveRun
  const file = runPaths(paths, number).record
  const aside = `${file}.aside`
  await records.saveKeeper(live, undefined)
  renameSync(file, aside)
  mkdirSync(file)
  await records.saveEnd(live, ended)
  return {
    file,
    aside,
    read: async () => await readRecordOf('web', paths, number),
    giveRoom: () => {
      rmdirSync(file)
      renameSync(aside, file)
    },
  }
}

test('Records saves how a run ended once there is room', async () => {
  await using host = await Inside.open()
  const { giveRoom, read } = await full(host, 1)
  giveRoom()
  assert.is((await read())?.end, undefined)
  await until(async () => (await read())?.end?.code === 7, 'its end is saved')
})

test('Records leaves the record of another pod that has the name by now', async () => {
  await using host = await Inside.open()
  const other = await full(host, 1)
  const { read, giveRoom } = await full(host, 2)
  const text = readFileSync(other.aside, 'utf8').replace(/"ticket": "[^"]*"/, '"ticket": "of another"')
  writeFileSync(other.aside, text)
  other.giveRoom()
  giveRoom()
  await until(async () => (await read())?.end !== undefined, 'the one that is its own is saved')
  assert.is(readFileSync(other.file, 'utf8'), text)
})

test.run()
