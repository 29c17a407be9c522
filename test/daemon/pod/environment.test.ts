import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Image } from '../../../daemon/image/store.ts'
import { assignmentOf, prepareProcess } from '../../../daemon/pod/environment.ts'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import { callSocket } from '../../../daemon/store/call-socket.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import type { PodConfig } from '../../../protocol/config.ts'
import { linkEnv } from '../../../protocol/link.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const live = { ref: { number: 7 }, slot: 2, ticket: 'ticket' } as LiveRun
const seamsIn = (at: Scratch) =>
  ({ path: 'lab', paths: dataPaths(at.dir), settings: defaultSettings }) as Seams & { path: string }

/** What the process of `web.7` gets by this config. */
const prepared = async (at: Scratch, config: PodConfig) =>
  await prepareProcess(seamsIn(at), { name: 'web', live, image: undefined, config, params: {} })

test('prepareProcess() makes the folders of a run, and lets it begin in its own', async () => {
  using at = scratch()
  const { cwd, raw } = await prepared(at, {})
  assert.equal([existsSync(cwd), existsSync(dataPaths(at.dir).pod('web').logs)], [true, true])
  assert.match(raw.stdout, 'web')
  assert.is.not(raw.stdout, raw.stderr)
})

test('prepareProcess() gives a run its variables, and those of the link to nobody', async () => {
  using at = scratch()
  const { env } = await prepared(at, { env: { COLOR: 'red', [linkEnv.ticket]: 'mine' } })
  assert.equal([env.COLOR, env.PATH !== undefined, linkEnv.ticket in env], ['red', true, false])
})

test('prepareProcess() takes no process that has begun where Node reads something at its start', async () => {
  using at = scratch()
  const mayBeSpare = async (config: PodConfig) => (await prepared(at, config)).mayBeSpare
  assert.is(await mayBeSpare({ env: { COLOR: 'red' } }), true)
  assert.is(await mayBeSpare({ env: { NODE_OPTIONS: '--no-warnings' } }), false)
  assert.is(await mayBeSpare({ nodeFlags: ['--no-warnings'] }), false)
})

test('prepareProcess() lets Node look for what its flags name in the folder of a program, or in its cwd', async () => {
  using at = scratch()
  at.file('srv/lib/x.js', '')
  const image = { hash: 'ab', format: 'folder', at: at.path('srv'), config: {} } as unknown as Image
  const begins = async (config: PodConfig, of?: Image) =>
    (await prepareProcess(seamsIn(at), { name: 'web', live, image: of, config, params: {} })).cwd
  const { storage } = dataPaths(at.dir).pod('web')
  const nodeFlags = ['--import=./x.js']
  assert.is(await begins({ nodeFlags }, image), at.path('srv'))
  assert.is(await begins({ env: { NODE_OPTIONS: '--require=./x.js' } }, image), at.path('srv'))
  assert.is(await begins({ nodeFlags, cwd: 'lib' }, image), at.path('srv/lib'))
  assert.is(await begins({ nodeFlags, cwd: at.path('srv') }), at.path('srv'))
  assert.equal([await begins({ nodeFlags }), await begins({ nodeFlags, cwd: '/gone' })], [storage, storage])
})

test('assignmentOf() names the run by its host, with its params, folder and what it may do', () => {
  using at = scratch()
  const image = { hash: 'ab', format: 'esm' } as unknown as Image
  const assign = (config: PodConfig) =>
    assignmentOf(seamsIn(at), { name: 'web', live, image, config, params: { a: '1' }, ports: [] })
  const { run, name, slot, path, may, params, cwd, storage } = assign({})
  assert.equal([run, name, slot, path, may, params, cwd], ['web.7', 'web', 2, 'lab', 'read', { a: '1' }, storage])
  const { may: more, cwd: other } = assign({ may: 'deploy', cwd: '/srv' })
  assert.equal([more, other], ['deploy', '/srv'])
  assert.is(assign({ cwd: 'data' }).cwd, `${storage}/data`)
})

test('assignmentOf() lets a run accept only once it is checked where nobody but its host has to reach it for that', () => {
  using at = scratch()
  const image = { hash: 'ab', format: 'esm' } as unknown as Image
  const ports = [{ name: 'main', host: '127.0.0.1', port: 8080 }]
  const isChecked = (check: PodConfig['check'], its = ports) =>
    assignmentOf(seamsIn(at), { name: 'web', live, image, config: { check }, params: {}, ports: its }).isChecked
  for (const check of [{ tcp: true }, { http: '/ready' }, { http: '/ready', tcp: true }] as const)
    assert.equal([isChecked(check), isChecked(check, [])], [true, undefined])
  for (const check of [{}, { interval: 10 }, { command: 'true' }, { http: ':9090/' }, { tcp: 9090 }])
    assert.is(isChecked(check), undefined)
  for (const check of [{ command: 'curl localhost:8080' }, { tcp: 9090 }])
    assert.is(isChecked({ http: '/', ...check }), undefined)
  assert.is(isChecked({ tcp: true, http: 'https://localhost:8080/' }), undefined)
})

test('assignmentOf() tells a worker where it will be called; one that is kept apart learns it once it is called', () => {
  using at = scratch()
  const image = { hash: 'ab', format: 'esm' } as unknown as Image
  const doorOf = (config: PodConfig) =>
    assignmentOf(seamsIn(at), { name: 'web', live, image, config, params: {}, ports: [] }).door
  const paths = dataPaths(at.dir)
  assert.equal(
    [doorOf({ kind: 'worker' }), doorOf({}), doorOf({ kind: 'worker', isolate: { by: 'sandbox' } as never })],
    [callSocket(paths, 'ticket'), undefined, undefined],
  )
})

test.run()
