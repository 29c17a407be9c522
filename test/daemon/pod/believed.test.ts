// Files with times that a test gives them. Not here: what follows from an outlook (lifecycle/decide.test.ts).
import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeImage, mainFile, saveImage } from '../../../daemon/image/store.ts'
import type { End } from '../../../daemon/lifecycle/slot.ts'
import { believed } from '../../../daemon/pod/believed.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { scratch } from '../../scratch.ts'

const code = 'export const none = 1'
const image = describeImage(code, { format: 'esm', exports: [], config: {} }, 'app.ts')
/** In s since 1970, after all that a test stores. */
const later = Date.now() / 1000 + 3600
const end: End = { code: 1, signal: null, reason: 'fault', message: 'no function', outlook: 'none' }

/** An image that was stored at one time, and a run that began at another. `writtenAt`: when its record was written last. */
async function begun({
  storedAt,
  begunAt,
  writtenAt = begunAt,
}: {
  storedAt: number
  begunAt: number
  writtenAt?: number
}) {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  await saveImage(paths, image, { code })
  const record = at.file('1.json', '{}')
  utimesSync(mainFile(paths, image), storedAt, storedAt)
  utimesSync(record, writtenAt, writtenAt)
  const startedAt = new Date(begunAt * 1000).toISOString()
  return { at, main: mainFile(paths, image), ask: () => believed(end, { paths, image, record, startedAt }) }
}

test('believed() keeps the outlook where the code is what was pushed, and was so before the run', async () => {
  const { at, ask } = await begun({ storedAt: 1000, begunAt: later })
  using _ = at
  assert.equal(await ask(), end)
})

test('believed() drops it where the code is damaged, was mended since, or is gone', async () => {
  const { outlook: _, ...rest } = end
  const mended = await begun({ storedAt: later + 1, begunAt: later })
  using _mended = mended.at
  assert.equal(await mended.ask(), rest)
  const damaged = await begun({ storedAt: 1000, begunAt: later })
  using _damaged = damaged.at
  truncateSync(damaged.main, 5)
  utimesSync(damaged.main, 1000, 1000)
  assert.equal(await damaged.ask(), rest)
})

test('believed() drops it where the code was written before the run, and put in place after it', async () => {
  const { outlook: _, ...rest } = end
  const { at, ask } = await begun({ storedAt: 1000, begunAt: 1001 })
  using _at = at
  assert.equal(await ask(), rest)
})

test('believed() drops it where a next host has written the record anew once the code was mended', async () => {
  const { outlook: _, ...rest } = end
  const { at, ask } = await begun({ storedAt: later + 1, begunAt: later, writtenAt: later + 2 })
  using _at = at
  assert.equal(await ask(), rest)
})

test('believed() keeps it where a clock was set while the host was there: it is later than all that was stored', async () => {
  const { at, ask } = await begun({ storedAt: 1000, begunAt: later + 86_400, writtenAt: later })
  using _at = at
  assert.equal(await ask(), end)
})

test('believed() drops it where the code is mended just as it is looked at', async () => {
  const { outlook: _, ...rest } = end
  const { at, main, ask } = await begun({ storedAt: 1000, begunAt: later })
  using _at = at
  truncateSync(main, 0)
  utimesSync(main, 1000, 1000)
  const asked = ask()
  writeFileSync(main, code)
  utimesSync(main, later + 1, later + 1)
  assert.equal(await asked, rest)
})

test.run()
