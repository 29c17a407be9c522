// When raw files are looked at. Not here: what is then done (raw-output.test.ts), children that are real (e2e/logs.test.ts).
import { channel } from 'node:diagnostics_channel'
import { appendFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { watchRawFiles } from '../../../shim/log/raw-watch.ts'
import { scratch } from '../../scratch.ts'

/** Looks that a test can count and wait for; each finds what it is told to find. */
function looks() {
  const seen = { count: 0, finds: false }
  let tell = () => {}
  const look = () => {
    seen.count += 1
    tell()
    return seen.finds
  }
  const next = () => new Promise<void>(resolve => (tell = resolve))
  /** The timers of the watch keep no process alive, so something else has to. */
  const within = async (ms: number, wanted: Promise<void>) => {
    const late = setTimeout(() => {}, ms)
    const deadline = new Promise<void>((_, reject) => setTimeout(reject, ms, new Error('no look')).unref())
    await Promise.race([wanted, deadline]).finally(() => clearTimeout(late))
  }
  return { seen, look, next, within }
}

test('files are watched from when Node tells of a first thread, or somebody else does', async () => {
  for (const begin of ['a thread', 'somebody'] as const) {
    using at = scratch()
    const file = at.path('raw')
    writeFileSync(file, '')
    const { seen, look, next, within } = looks()
    const { start: startWatching } = watchRawFiles([file], look)
    assert.is(seen.count, 0)
    const tell = begin === 'a thread' ? () => channel('worker_threads').publish({}) : startWatching
    tell()
    assert.is(seen.count, 1, begin)
    tell()
    assert.is(seen.count, 1, 'they are watched once')
    const looked = next()
    appendFileSync(file, 'line\n')
    await within(10_000, looked)
  }
})

test('whatever wakes the process lets the files be looked at, but not before the first look and not once they are watched', async () => {
  using at = scratch()
  const file = at.path('raw')
  writeFileSync(file, '')
  const { seen, look, next, within } = looks()
  const { onAwake, stop } = watchRawFiles([file], look)
  onAwake()
  assert.is(seen.count, 0)
  await within(10_000, next())
  onAwake()
  assert.is(seen.count, 2)
  seen.finds = true
  onAwake()
  const { count } = seen
  onAwake()
  assert.is(seen.count, count, 'they are watched')
  stop()
})

test('files are watched from when a look found something', async () => {
  using at = scratch()
  const file = at.path('raw')
  writeFileSync(file, '')
  const { seen, look, next, within } = looks()
  seen.finds = true
  watchRawFiles([file], look)
  await within(10_000, next())
  const looked = next()
  appendFileSync(file, 'line\n')
  await within(10_000, looked)
})

test.run()
