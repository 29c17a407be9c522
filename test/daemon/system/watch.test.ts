// What people do to pod.json is told by the name of the pod, and nothing else is.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
  const close = await watchPods({ paths, log: {} } as unknown as Pick<Seams, 'paths' | 'log'>, name => told.add(name))
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

test.run()
