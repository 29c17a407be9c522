import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

async function opened() {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const files = (number: number) => {
    const { record, log } = runPaths(host.seams.paths.pod('job'), number)
    return [record, log].map(file => existsSync(file))
  }
  const remove = (run: string, force = false) => host.do('pod.remove', { name: 'job', run, force })
  return { host, files, remove }
}

test('eraseRun() removes the record and the output of one run', async () => {
  const { host, files, remove } = await opened()
  await using _ = host
  for (const _run of [1, 2]) {
    await host.do('pod.start', { name: 'job' })
    await host.becomes('job', 'idle')
  }
  assert.equal(files(1), [true, true])
  assert.equal(await remove('job.1'), { name: 'job', removed: true, stopped: [], run: 'job.1' })
  assert.equal(
    [files(1), files(2)],
    [
      [false, false],
      [true, true],
    ],
  )
  await failsWith('run_not_found', () => remove('job.1'))
})

test('eraseRun() refuses a run that has not ended, and with force stops it first', async () => {
  const { host, files, remove } = await opened()
  await using _ = host
  host.machine.script = () => new Promise(() => {})
  await host.do('pod.scale', { name: 'job', scale: 1 })
  for (const _run of [1, 2]) await host.do('pod.start', { name: 'job' })
  assert.match((await failsWith('run_active', () => remove('2'))).message, 'job.2: it has not ended')
  const { stopped } = await remove('2', true)
  assert.equal(
    stopped.map(({ run }) => run),
    ['job.2'],
  )
  assert.equal(files(2), [false, false])
  assert.equal((await host.status('job')).up, 1)
})

test.run()
