// What was known of a fleet, written by one process and read by the next: on an engine within the process.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { KnownFile } from '../../../../pods/fleet/host/known-file.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { type HostRecord, reportKey, writeRecord } from '../../../../pods/fleet/records.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { report } from '../joined.ts'
import { podRecord } from '../pod-record.ts'

const host: HostRecord = {
  ...{ v: 1, name: 'b', id: 'id', session: 's', beat: 1, tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} },
  ...{ isFenced: false, direct: { host: '10.0.0.2', port: 4333, key: 'key' } },
}

/** The pod `web` is on the host b, which is cordoned. */
function hubOf(): Hub {
  const hub = new Hub()
  hub.set('fleet', writeRecord('fleet', { v: 1, id: 'f', atMs: 0 }))
  hub.set('host.b', writeRecord('host', host))
  hub.set('pod.web', writeRecord('pod', { ...podRecord, name: 'web', assigned: { b: 1 } }))
  hub.set(reportKey('b', 'web'), writeRecord('report', { v: 1, report }))
  hub.set('duty.b', writeRecord('duty', { v: 1, duty: 'cordoned' }))
  return hub
}

async function recalled(file: string, fleet = 'f') {
  const tables = new Tables(() => 0)
  const logged: string[] = []
  await new KnownFile({ file, fleet, tables, log: text => logged.push(text) }).recall()
  return { tables, logged }
}

test('the next process knows all that the one before it did, until the engine tells what there is', async () => {
  using at = scratch()
  const file = at.path('known.jsonl')
  const tables = new Tables(() => 0)
  const known = new KnownFile({ file, fleet: 'f', tables, log: text => assert.unreachable(text) })
  known.look()
  await known.settled()
  assert.throws(() => readFileSync(file), /ENOENT/, 'nothing is kept before the engine has told all')
  const ending = new AbortController()
  const hub = hubOf()
  const going = tables.follow(new EmbeddedEngine(hub).state, ending.signal)
  await until(() => tables.isTold, 'all is told')
  known.look()
  await known.settled()
  const before = readFileSync(file, 'utf8')
  rmSync(file)
  known.look()
  await known.settled()
  assert.throws(() => readFileSync(file), /ENOENT/, 'it is written where something has changed')
  ending.abort()
  await going
  writeFileSync(file, before)

  const next = await recalled(file)
  assert.equal(next.logged, [])
  assert.not.ok(next.tables.isTold)
  const b = next.tables.hosts.get('b')?.record
  assert.equal({ ...b, pods: { ...b?.pods } }, { ...host, pods: { web: report } })
  assert.equal(next.tables.pods.get('web')?.record, tables.pods.get('web')?.record)
  assert.equal([next.tables.fleet, next.tables.duties.get('b')], ['f', 'cordoned'])
  assert.equal(
    next.tables.hostsWith('web').map(({ name }) => name),
    ['b'],
  )
  hub.set('pod.web', undefined)
  hub.set('host.b', undefined)
  hub.set(reportKey('b', 'web'), undefined)
  const following = new AbortController()
  const told = next.tables.follow(new EmbeddedEngine(hub).state, following.signal)
  await until(() => next.tables.isTold, 'all is told anew')
  assert.equal([next.tables.pods.size, next.tables.hosts.size, next.tables.hostsWith('web')], [0, 0, []])
  following.abort()
  await told
})

test('what is of another fleet is not known, and what is broken off is told, with what stands before it', async () => {
  using at = scratch()
  const lines = [{ v: 1, fleet: 'f' }, ['host.b', host]].map(line => JSON.stringify(line))
  const file = at.file('known.jsonl', `${lines.join('\n')}\n["pod.web",{"v":1`)
  const other = await recalled(file, 'another')
  assert.is(other.tables.hosts.size, 0)
  const { tables, logged } = await recalled(file)
  assert.equal([...tables.hosts.keys()], ['b'])
  assert.match(logged.join(), /known\.jsonl is broken/)
  assert.equal((await recalled(at.path('none'))).logged, [])
})

test.run()
