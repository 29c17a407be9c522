import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../daemon/store/desired.ts'
import { changePod } from '../../../daemon/tree/change-pod.ts'
import { unsavedText } from '../../../daemon/tree/unsaved.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { Inside } from '../inside/host.ts'

async function unsaved(host: Inside) {
  await host.push('web')
  const { root } = host.kept
  const entry = root.pods.get('web')
  const { file, supervisor } = entry
  const write = file.write.bind(file)
  const tried = Promise.withResolvers<void>()
  file.write = async () => await Promise.reject(new P8aError('no_space', 'The disk is full'))
  await changePod(root, 'web', desired => ({ ...(desired as Desired), scale: 2 }), { needsRoom: false })
  file.write = async () => {
    tried.resolve()
    throw new P8aError('no_space', 'The disk is full')
  }
  return { root, file, supervisor, tried: tried.promise, makeRoom: () => (file.write = write) }
}

test('Unsaved tries again until there is room, and then the status is as before', async () => {
  await using host = await Inside.open()
  const { file, supervisor, tried, makeRoom } = await unsaved(host)
  await tried
  assert.equal([file.isSaved, supervisor.problem], [false, unsavedText])
  makeRoom()
  const { promise: saved, resolve } = Promise.withResolvers<void>()
  const onProblem = supervisor.onProblem.bind(supervisor)
  supervisor.onProblem = problem => {
    onProblem(problem)
    if (problem === undefined) resolve()
  }
  await saved
  assert.equal([file.isSaved, supervisor.problem, file.desired?.scale], [true, undefined, 2])
})

test('Unsaved is not undone by a file that could not be read for a moment', async () => {
  await using host = await Inside.open()
  const { root, file, supervisor } = await unsaved(host)
  const { open } = files
  files.open = async (path, ...rest) => {
    if (path === file.file) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
    return await open(path, ...rest)
  }
  syncBuiltinESMExports()
  try {
    await root.files.reload('web')
    assert.match(supervisor.problem ?? '', 'EIO')
  } finally {
    files.open = open
    syncBuiltinESMExports()
  }
  await root.files.reload('web')
  assert.equal(
    [file.desired?.scale, supervisor.inForce?.scale, file.isSaved, supervisor.problem],
    [2, 2, false, unsavedText],
  )
})

test('Unsaved saves a change beside a broken pod.json as asked, and puts that aside; one that broke later is left alone', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const { root } = host.kept
  const { file, supervisor } = root.pods.get('web')
  const write = file.write.bind(file)
  const full = async () => await Promise.reject(new P8aError('no_space', 'The disk is full'))
  const change = async (scale: number) =>
    await changePod(root, 'web', desired => ({ ...(desired as Desired), scale }), { needsRoom: false })

  writeFileSync(file.file, 'broken')
  file.write = full
  await change(2)
  await root.files.reload('web')
  assert.equal([supervisor.inForce?.scale, supervisor.problem], [2, unsavedText])
  file.write = write
  await root.files.unsaved.detach()
  assert.equal(
    [JSON.parse(readFileSync(file.file, 'utf8')).scale, file.isSaved, supervisor.problem],
    [2, true, undefined],
  )
  assert.is(host.said.filter(line => line.startsWith('A broken pod.json was renamed to')).length, 1)

  file.write = full
  await change(3)
  writeFileSync(file.file, 'broken by somebody who edits it')
  await root.files.reload('web')
  file.write = write
  await root.files.unsaved.detach()
  assert.is(readFileSync(file.file, 'utf8'), 'broken by somebody who edits it')
  assert.equal([file.isSaved, supervisor.inForce?.scale], [false, 3])
})

test('Unsaved writes nothing of a pod that is removed meanwhile', async () => {
  await using host = await Inside.open()
  const { root, file, tried } = await unsaved(host)
  await tried
  let writes = 0
  file.write = async () => {
    writes++
    return undefined
  }
  rmSync(dirname(file.file), { recursive: true })
  root.pods.forget('web')
  await root.files.unsaved.detach()
  assert.is(writes, 0)
})

test.run()
