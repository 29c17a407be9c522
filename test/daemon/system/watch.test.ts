// What people do to pod.json is told by the name of the pod, and nothing else is.
import fs, { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { watchPods } from '../../../daemon/system/watch.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

test('watchPods() tells of a pod whose file changes, whose folder comes or goes, and of no other file', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  const folder = (name: string) => paths.pod(name).dir
  for (const name of ['web', 'quiet']) mkdirSync(join(folder(name), 'runs'), { recursive: true })
  writeFileSync(paths.pod('web').desired, '{}')
  const told = new Set<string>()
  const seams = { paths, log: {} } as unknown as Pick<Seams, 'paths' | 'log' | 'settings'>
  const close = await watchPods(seams, { onPod: name => told.add(name), onAny: () => {} })
  try {
    writeFileSync(join(folder('quiet'), 'runs', '1.json'), '{}')
    writeFileSync(join(folder('quiet'), 'pod.json.tmp'), '{}')
    mkdirSync(join(paths.pods, '.hidden'))
    writeFileSync(paths.pod('web').desired, '{"v":1}')
    await until(() => told.has('web'), 'the change is told')
    mkdirSync(at.path('made'))
    writeFileSync(at.path('made/pod.json'), '{}')
    renameSync(at.path('made'), folder('copied'))
    await until(() => told.has('copied'), 'the new one is told')
    told.clear()
    rmSync(folder('web'), { recursive: true })
    await until(() => told.has('web'), 'the removal is told')
    assert.equal(
      [...told].filter(name => name === 'quiet' || name.startsWith('.')),
      [],
    )
  } finally {
    await close()
  }
})

test('watchPods() looks now and then where the kernel gives no watch', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.pods, { recursive: true })
  const { watch } = fs
  fs.watch = (() => {
    throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' })
  }) as typeof watch
  syncBuiltinESMExports()
  const said: string[] = []
  const log = { warn: (_tag: string, message: string) => void said.push(message) }
  const seams = { paths, log, settings: { editLookInterval: 10 } } as unknown as Parameters<typeof watchPods>[0]
  let looks = 0
  const onAny = () => {
    looks += 1
  }
  const close = await watchPods(seams, { onPod: () => {}, onAny }).finally(() => {
    fs.watch = watch
    syncBuiltinESMExports()
  })
  await until(() => looks >= 3, 'it looks again and again')
  await close()
  assert.equal(said, ['the watch on the data directory failed: edits are looked for every 0.01 s'])
})

test.run()
