// This host's part of a fleet: what its root is asked, where all is well and where something is not.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { Here } from '../../../pods/fleet/host/here.ts'
import { Part } from '../../../pods/fleet/host/part.ts'
import { Tables } from '../../../pods/fleet/host/tables.ts'
import type { Images } from '../../../pods/fleet/image/images.ts'
import { type PodRecord, writeRecord } from '../../../pods/fleet/records.ts'
import { until } from '../../until.ts'
import { FakeRoot } from './fake-root.ts'
import { podRecord } from './pod-record.ts'

const test = suite('part')

const image = {
  ...{ version: 1, blob: 'blob', hash: 'hash', size: 1, exports: [], kind: 'service' },
  at: '',
  by: '',
  own: {},
}
const record: PodRecord = { ...podRecord, name: '', images: [image], assigned: { a: 1 } }

async function standing(signal: AbortSignal, holder = () => 'a/s') {
  const hub = new Hub()
  const root = new FakeRoot('')
  const engine = new EmbeddedEngine(hub)
  const tables = new Tables(() => 0)
  const going = tables.follow(engine.state, signal)
  const here = new Here({ p8a: root.p8a, path: 'fleet.a', told: () => root.told })
  const part = new Part({
    ...{ p8a: root.p8a, path: 'fleet.a', host: 'a', engine, tables, here },
    images: {
      here: async () => undefined,
      take: async () => {
        throw Object.assign(new Error('It is too large'), { hint: 'Raise maxTreeBytes' })
      },
    } as unknown as Images,
    mayAct: () => true,
    holder,
    lease: { file: '/lease/taken', for: 3500 },
  })
  return {
    ...{ root, part, tables, going },
    async put(name: string, more: Partial<PodRecord> = {}) {
      const rev = hub.set(`pod.${name}`, writeRecord('pod', { ...record, name, ...more }))
      await until(() => tables.pods.get(name)?.rev === rev, 'it is told')
    },
  }
}

test('where all is as it is wanted, a look asks the root nothing; where one differs, it is asked about that one', async () => {
  const ending = new AbortController()
  const { root, part, put, going } = await standing(ending.signal)
  for (let at = 0; at < 50; at++) {
    await put(`web${at}`)
    root.has(`web${at}`)
  }
  await put('only', { isExclusive: true, holder: 'a/s' })
  root.has('only')
  await put('elsewhere', { assigned: { b: 1 } })
  part.look()
  part.look()
  assert.equal(Object.keys(await part.reports(false)).length, 51)
  assert.equal(root.asked, [])
  await put('web7', { turn: 2 })
  part.look()
  await until(() => root.told.get('web7')?.labels['p8a/fleet'] === '2/1', 'it is begun anew')
  assert.equal([...root.drained], ['web7'], 'its calls may end')
  await put('web8', { scale: 2, assigned: { a: 2 } })
  part.bring('web8')
  await until(() => root.told.get('web8')?.scale === 2, 'it is scaled')
  assert.equal([...new Set(root.asked.map(asked => asked.split(' ')[1]))], ['web7', 'web8'])
  ending.abort()
  await going
})

test('what is wanted otherwise once the calls of a restart are over is not begun, nor what is exclusive and another host has by then', async () => {
  const ending = new AbortController()
  let session = 'a/s'
  const { root, part, put, going } = await standing(ending.signal, () => session)
  const { stop } = root.p8a.verbs
  await put('web', { turn: 2 })
  await put('only', { turn: 2, isExclusive: true, holder: 'a/s' })
  root.has('web')
  root.has('only')
  root.p8a.verbs.stop = async (name, options) => {
    if (name === 'web') await put(name, { turn: 2, want: 'idle', assigned: {} })
    else {
      session = 'a/later'
      await put(name, { turn: 2, isExclusive: true, holder: 'b/s' })
    }
    return await stop(name, options)
  }
  for (const name of ['web', 'only']) {
    part.bring(name)
    await until(() => root.asked.filter(asked => asked === `status ${name}`).length > 1, 'it is looked at again')
  }
  assert.equal(
    root.asked.filter(asked => asked.startsWith('start ')),
    [],
  )
  ending.abort()
  await going
})

test('what is exclusive lives by the lease of its host, whatever its config says; nothing else does', async () => {
  const ending = new AbortController()
  const { root, part, put, going } = await standing(ending.signal)
  const config = { lease: { file: '/mine', for: 1 }, restart: 'always' }
  await put('only', { isExclusive: true, holder: 'a/s', config })
  await put('web')
  for (const name of ['only', 'web']) {
    part.bring(name)
    await until(() => root.told.has(name), 'it is begun')
  }
  const { lease, restart } = root.told.get('only')?.config ?? {}
  assert.equal({ lease, restart }, { lease: { file: '/lease/taken', for: 3500 }, restart: 'never' })
  assert.is(root.told.get('web')?.config.lease, undefined)
  ending.abort()
  await going
})

test('why an image does not come here is told, also where an older version is up, which goes on', async () => {
  const ending = new AbortController()
  const { root, part, put, going } = await standing(ending.signal)
  const images = [image, { ...image, version: 2, hash: 'next' }]
  const next = { version: 2, how: 'reload', turn: 2, images } as const
  for (const name of ['web', 'new']) await put(name, next)
  root.has('web')
  for (const name of ['web', 'new']) part.bring(name)
  const reports = await until(async () => {
    const reports = await part.reports(true)
    return reports.web?.failed && reports.new?.failed ? reports : undefined
  }, 'it is told')
  const told = [reports.web, reports.new].map(report => [report?.failed, report?.up, report?.version])
  assert.equal(told, [
    ['It is too large (Raise maxTreeBytes)', 1, 1],
    ['It is too large (Raise maxTreeBytes)', 0, 0],
  ])
  assert.is(reports.web?.turn, 2, 'whoever waits for this turn is told')
  ending.abort()
  await going
})

test('what is told may be old: what is done follows from how it is', async () => {
  const ending = new AbortController()
  const { root, part, put, going } = await standing(ending.signal)
  await put('web')
  root.isTelling = false
  root.has('web')
  part.bring('web')
  await until(() => root.asked.includes('status web'), 'it is asked')
  root.isTelling = true
  await put('next')
  part.bring('next')
  await until(() => root.told.has('next'), 'the next is begun')
  assert.not.ok(root.asked.includes('start web'), 'it was up')
  ending.abort()
  await going
})

test.run()
