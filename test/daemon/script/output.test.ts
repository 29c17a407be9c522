// Reading what a run of a script wrote. Not here: the verb and the HTTP view (e2e/scripts.test.ts, e2e/view.test.ts).
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readOutput } from '../../../daemon/script/output.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { scratch } from '../../scratch.ts'

const head = '2026-11-20T10:00:00.123456789Z stdout F '

/** A run whose log is `text`. */
function runIn(dir: string, text: string) {
  const paths = dataPaths(dir)
  const file = runPaths(paths.pod('job'), 1).log
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const live = new Map([[1, {}]])
  const seams = { paths, clock: { nowMs: () => performance.now() } } as unknown as Seams
  const pod = { pod: 'job', isOver: () => !live.has(1), watch: () => () => {} }
  const read = async (offset: number) => {
    const { signal } = new AbortController()
    const part = await readOutput(seams, {
      ...pod,
      number: 1,
      offset,
      limit: 1e6,
      waitMs: 0,
      signal,
      room: async (_bytes, read) => await read(),
    })
    return { ...part, bytes: part.bytes.toString() }
  }
  return { file, live, read }
}

test('readOutput() reads what is there, and is done once its run is over', async () => {
  using at = scratch()
  const { file, live, read } = runIn(at.dir, `${head}one\n${head.replace(' F ', ' P ')}tw\n`)
  assert.equal(await read(0), { bytes: 'one\ntw', next: 6, isDone: false })
  appendFileSync(file, `${head}o\n`)
  live.clear()
  assert.equal(await read(6), { bytes: 'o\n', next: 8, isDone: true })
})

test('readOutput() takes no file for another that had its name before', async () => {
  using at = scratch()
  const { file, read } = runIn(at.dir, `${head}one\n${head}two\n`)
  assert.equal((await read(0)).next, 8)
  rmSync(file)
  writeFileSync(file, `${head}12345678901\n${head}more\n`)
  assert.equal(await read(8), { bytes: '901\nmore\n', next: 17, isDone: false })
})

test('readOutput() ends where there is no whole line, however much of one', async () => {
  using at = scratch()
  const { live, read } = runIn(at.dir, `${head}one\n${head}${'x'.repeat(600_000)}`)
  live.clear()
  assert.equal(await read(0), { bytes: 'one\n', next: 4, isDone: true })
})

test('readOutput() ends though its log grows all the while', async () => {
  using at = scratch()
  const { file, read } = runIn(at.dir, '')
  const writing = setInterval(() => appendFileSync(file, `${head}more\n`.repeat(100)), 0)
  try {
    for (let offset = 0, reads = 0; reads < 300; reads++) offset = (await read(offset)).next
  } finally {
    clearInterval(writing)
  }
})

test.run()
