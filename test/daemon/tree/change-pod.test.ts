import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../daemon/store/desired.ts'
import { changePod } from '../../../daemon/tree/change-pod.ts'
import { unsavedText } from '../../../daemon/tree/unsaved.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

function known(desired: Desired | undefined): Desired {
  if (!desired) throw new Error('nothing is known of it')
  return desired
}

async function opened() {
  const host = await Inside.open()
  await host.push('web')
  const { root } = host.kept
  const entry = root.pods.get('web')
  return { host, root, entry, saved: () => JSON.parse(readFileSync(entry.file.file, 'utf8')) }
}

test('changePod() saves what is wanted, and puts it in force', async () => {
  const { host, root, entry, saved } = await opened()
  await using _ = host
  await changePod(root, 'web', desired => ({ ...known(desired), params: { a: '1' } }))
  assert.equal(saved().params, { a: '1' })
  assert.equal(entry.supervisor.inForce?.desired.params, { a: '1' })
})

test('changePod() takes up first what was edited meanwhile', async () => {
  const { host, root, entry, saved } = await opened()
  await using _ = host
  writeFileSync(entry.file.file, JSON.stringify({ ...saved(), params: { edited: 'yes' } }))
  await changePod(root, 'web', desired => ({ ...known(desired), scale: 3 }))
  assert.equal([saved().params, saved().scale], [{ edited: 'yes' }, 3])
})

test('changePod() changes nothing where the edit refuses', async () => {
  const { host, root, entry, saved } = await opened()
  await using _ = host
  const before = saved()
  const refused = await errorOf(() =>
    changePod(root, 'web', () => {
      throw new Error('it runs')
    }),
  )
  assert.is(refused.message, 'it runs')
  assert.equal([saved(), entry.supervisor.inForce?.desired], [before, before])
})

test('changePod() makes a pod, and leaves none where it is refused', async () => {
  const { host, root, entry } = await opened()
  await using _ = host
  const { desired } = entry.file
  await errorOf(() => changePod(root, 'no', () => Promise.reject(new Error('no'))))
  assert.not(existsSync(root.seams.paths.pod('no').dir))
  let before: unknown = 'nothing was asked'
  await changePod(root, 'copy', found => {
    before = found
    return known(desired)
  })
  assert.is(before, undefined)
  assert.is((await host.status('copy')).latest, 1)
})

test('changePod() puts a broken file aside, and says so', async () => {
  const { host, root, entry } = await opened()
  await using _ = host
  const { desired } = entry.file
  writeFileSync(entry.file.file, 'damaged')
  await changePod(root, 'web', () => known(desired))
  const aside = readdirSync(root.seams.paths.pod('web').dir).find(name => name.startsWith('pod.json.'))
  assert.ok(aside)
  assert.ok(host.said.some(line => line.includes('A broken pod.json was renamed to')))
})

test('changePod() changes one pod once at a time', async () => {
  const { host, root, saved } = await opened()
  await using _ = host
  const grow = () =>
    changePod(root, 'web', desired => ({ ...known(desired), generation: known(desired).generation + 1 }))
  await Promise.all(Array.from({ length: 10 }, grow))
  assert.is(saved().generation, 10)
})

test('changePod() is refused while the host ends what runs', async () => {
  const { host, root, entry } = await opened()
  await using _ = host
  await root.pods.holding.endRuns()
  const error = await failsWith('host_gone', () => changePod(root, 'web', () => known(entry.file.desired)))
  assert.is(error.message, 'Cannot change pod "web": the host is stopping')
})

test('changePod() of what needs no room is in force on a full disk, and saved as the host leaves where nothing else did', async () => {
  const { host, root, entry, saved } = await opened()
  await using _ = host
  const { file, supervisor } = entry
  const write = file.write.bind(file)
  const full = async () => await Promise.reject(new P8aError('no_space', 'The disk is full'))
  const change = async (scale: number, options = { needsRoom: false }) =>
    await changePod(root, 'web', desired => ({ ...known(desired), scale }), options)
  file.write = full
  await failsWith('no_space', () => change(9, { needsRoom: true }))
  assert.equal([file.isSaved, supervisor.problem], [true, undefined])
  await change(2)
  await root.files.reload('web')
  assert.equal([supervisor.inForce?.scale, saved().scale, supervisor.problem], [2, undefined, unsavedText])
  file.write = write
  await root.files.unsaved.detach()
  assert.equal([saved().scale, file.isSaved, supervisor.problem], [2, true, undefined])
})

test('changePod() leaves an edit alone that came while its own could not be saved', async () => {
  const { host, root, entry, saved } = await opened()
  await using _ = host
  const { file, supervisor } = entry
  file.write = async () => await Promise.reject(new P8aError('no_space', 'The disk is full'))
  await changePod(root, 'web', desired => ({ ...known(desired), scale: 2 }), { needsRoom: false })
  writeFileSync(file.file, JSON.stringify({ ...saved(), scale: 3 }))
  await root.files.reload('web')
  assert.equal([supervisor.inForce?.scale, file.isSaved, supervisor.problem], [3, true, undefined])
})

test.run()
