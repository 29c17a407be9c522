import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

/** A host with a pod, and what its `pod.json` says. */
async function opened() {
  const host = await Inside.open()
  await host.push('web')
  const { files, seams, pods } = host.kept.root
  const { file } = pods.get('web').file
  const saved = () => JSON.parse(readFileSync(file, 'utf8'))
  const edit = (change: object) => writeFileSync(file, JSON.stringify({ ...saved(), ...change }))
  return { host, files, seams, file, saved, edit }
}

test('load() reads the pods that were there, and what of them runs', async () => {
  const { host } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  await host.leave()
  await using next = await Inside.open({ after: host })
  const { runs, want } = await next.status('web')
  assert.equal([want, runs.map(({ id }) => id)], ['up', ['web.1']])
})

test('load() makes a pod that is broken an error, and reads the others', async () => {
  const { host, file } = await opened()
  await using _ = host
  await host.push('other')
  writeFileSync(file, '{')
  await host.leave()
  await using next = await Inside.open({ after: host })
  const { status, problem } = await next.status('web')
  assert.is(status, 'error')
  assert.match(problem ?? '', /pod\.json/)
  assert.is((await next.status('other')).status, 'idle')
})

test('load() passes over what is no pod', async () => {
  const { host, seams } = await opened()
  await using _ = host
  mkdirSync(join(seams.paths.pods, 'empty'))
  mkdirSync(join(seams.paths.pods, 'No Name'))
  writeFileSync(join(seams.paths.pods, 'file'), '')
  await host.leave()
  await using next = await Inside.open({ after: host })
  const { pods } = await next.do('pod.list', {})
  assert.equal(
    pods.map(({ name }) => name),
    ['web'],
  )
})

test('load() does away with what an earlier host left half made', async () => {
  const { host, seams } = await opened()
  await using _ = host
  const { dir } = seams.paths.pod('web')
  writeFileSync(join(dir, 'pod.json.1.tmp'), '')
  const half = join(seams.paths.images, '.new-1')
  mkdirSync(half)
  await host.leave()
  await using _next = await Inside.open({ after: host })
  assert.equal([existsSync(join(dir, 'pod.json.1.tmp')), existsSync(half)], [false, false])
})

test('reload() puts in force what was edited', async () => {
  const { host, files, edit } = await opened()
  await using _ = host
  edit({ want: 'up', params: { a: '1' } })
  await files.reload('web')
  await host.becomes('web', 'up')
  assert.equal(host.machine.shimOf('web.1').params, { a: '1' })
  assert.ok(host.said.includes('pod.json was edited'))
})

test('reload() keeps what was in force while the file is broken, and says what is wrong', async () => {
  const { host, files, file, saved } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  const before = saved()
  writeFileSync(file, JSON.stringify({ ...before, want: 'maybe' }))
  await files.reload('web')
  const broken = await host.status('web')
  assert.equal([broken.status, broken.runs.length], ['up', 1])
  assert.match(broken.text, /pod\.json/)
  writeFileSync(file, JSON.stringify({ ...before, want: 'idle' }))
  await files.reload('web')
  const { status, problem } = await host.becomes('web', 'idle')
  assert.equal([status, problem], ['idle', undefined])
})

test('reload() says where a version is wanted that is not there', async () => {
  const { host, files, edit } = await opened()
  await using _ = host
  edit({ version: 7 })
  await files.reload('web')
  assert.match((await host.status('web')).problem ?? '', /there is no version 7/)
})

test('reload() takes up a pod that was put there, and starts it where it is wanted', async () => {
  const { host, files, seams, saved } = await opened()
  await using _ = host
  cpSync(seams.paths.pod('web').dir, seams.paths.pod('copy').dir, { recursive: true })
  writeFileSync(seams.paths.pod('copy').desired, JSON.stringify({ ...saved(), want: 'up' }))
  await files.reload('copy')
  assert.is((await host.becomes('copy', 'up')).runs[0]?.id, 'copy.1')
  assert.ok(host.said.includes('a pod was put into the data directory'))
})

test('reload() ends the runs of a pod that was taken away, and forgets it', async () => {
  const { host, files, seams } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  const shim = host.machine.shimOf('web.1')
  rmSync(seams.paths.pod('web').dir, { recursive: true })
  await files.reload('web')
  assert.ok(shim.hasEnded)
  await failsWith('pod_not_found', () => host.status('web'))
})

test('reload() takes up an image that could not be read before', async () => {
  const { host, files, seams, file, saved, edit } = await opened()
  await using _ = host
  const { hash } = saved().images[0]
  const folder = join(seams.paths.images, readdirSync(seams.paths.images).find(name => name.startsWith(hash)) ?? '')
  cpSync(folder, `${folder}-away`, { recursive: true })
  rmSync(folder, { recursive: true })
  edit({ want: 'up' })
  await files.reload('web')
  assert.match((await host.status('web')).problem ?? '', new RegExp(hash.slice(0, 8)))
  cpSync(`${folder}-away`, folder, { recursive: true })
  await files.reload('web')
  assert.is((await host.becomes('web', 'up')).problem, undefined)
  assert.ok(existsSync(file))
})

test('reload() takes up nothing once the host ends what runs', async () => {
  const { host, files, edit } = await opened()
  await using _ = host
  await host.kept.root.pods.holding.endRuns()
  edit({ want: 'up' })
  await files.reload('web')
  assert.is((await host.status('web')).want, 'idle')
})

test('reloadAll() takes up all that was edited while nobody watched', async () => {
  const { host, files, edit } = await opened()
  await using _ = host
  await host.push('gone')
  edit({ want: 'up' })
  rmSync(host.kept.root.seams.paths.pod('gone').dir, { recursive: true })
  await files.reloadAll()
  await host.becomes('web', 'up')
  const { pods } = await host.do('pod.list', {})
  assert.equal(
    pods.map(({ name }) => name),
    ['web'],
  )
})

test('reloadAll() looks again, where it cannot look', async () => {
  const { host, files, seams } = await opened()
  await using _ = host
  cpSync(seams.paths.pods, `${seams.paths.pods}-away`, { recursive: true })
  rmSync(seams.paths.pods, { recursive: true })
  await files.reloadAll()
  assert.ok(host.said.includes('The host could not look at the pods'))
  cpSync(`${seams.paths.pods}-away`, seams.paths.pods, { recursive: true })
  assert.is((await host.status('web')).name, 'web')
})

test('sweep() removes no installation that a push may just have found, and is done once that push is over', async () => {
  // What is made now is old.
  await using host = await Inside.open({ wallMs: () => Date.now() + 2 * 3_600_000 })
  await host.push('web')
  const { files, seams } = host.kept.root
  const folder = join(seams.paths.installed, 'k')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  const sweeping = files.sweep({ isWhole: true })
  await files.pushing(async () => void (await sweeping))
  assert.ok(existsSync(folder), 'a push began meanwhile')
  await files.pushing(async () => {
    await files.sweep({ isWhole: true })
    await files.sweep()
    assert.ok(existsSync(folder), 'a push is under way')
  })
  await until(() => !existsSync(folder), 'it is gone')
})

test('make() goes on behind the newest run that a removed pod of the name has left', async () => {
  const { host, files, seams } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  await host.do('pod.stop', { name: 'web' })
  assert.is((await files.make('web')).supervisor.lastNumber, 1)
  assert.is((await files.make('new')).supervisor.lastNumber, 0)
  assert.not(existsSync(seams.paths.pod('new').dir))
})

test.run()
