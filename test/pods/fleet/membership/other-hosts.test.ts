// What a host does to others of its fleet, on a root that is none. Not here: hosts that are cut off (e2e/fleet.test.ts).
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { drained, forget, setDuty } from '../../../../pods/fleet/membership/other-hosts.ts'
import { readRecord, writeRecord } from '../../../../pods/fleet/records.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { entered, joined, record, report } from '../joined.ts'

const test = suite('other hosts')

test('forget() takes a host that is gone out of the fleet, with all that it told; one that is alive, or that is asked, stays', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  const { membership } = await entered(hub, at.dir)
  const { tables } = membership.member()
  const codeOf = async (host: string) =>
    await forget(membership.member(), host).then(
      () => 'done',
      error => error.message,
    )
  assert.match(await codeOf('x'), /no host "x"/)
  assert.match(await codeOf('a'), /the host that is asked/)
  await until(() => tables.hosts.has('b'), 'it is known')
  assert.match(await codeOf('b'), /it is alive/)
  await b.member.end()
  const dead = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(dead)
  hub.set('host.b', writeRecord('host', { ...dead, isFenced: true }))
  hub.set('duty.b', writeRecord('duty', { v: 1, duty: 'cordoned' }))
  hub.set('report.b.web', writeRecord('report', { v: 1, report }))
  hub.set(
    'pod.only',
    writeRecord('pod', { ...record, name: 'only', want: 'idle', assigned: {}, isExclusive: true, holder: 'b/s' }),
  )
  await until(() => tables.pods.has('only') && tables.hosts.get('b')?.record.isFenced, 'it is told')
  assert.is(await codeOf('b'), 'done')
  assert.equal([...hub.values.keys()].sort(), ['fleet', 'host.a', 'pod.only'])
  assert.is(readRecord('pod', hub.values.get('pod.only')?.value ?? Buffer.from(''))?.holder, '')
  await membership.end()
})

test('forget() leaves a host alone that comes back meanwhile: its duty, what it tells, and what it holds', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  await until(() => hub.values.has('host.b'), 'it has beaten')
  await b.member.end()
  const was = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(was)
  hub.set('host.b', writeRecord('host', { ...was, isFenced: true }))
  hub.set('duty.b', writeRecord('duty', { v: 1, duty: 'cordoned' }))
  hub.set('report.b.web', writeRecord('report', { v: 1, report }))
  const only = (session: string) =>
    writeRecord('pod', {
      ...record,
      name: 'only',
      want: 'idle',
      assigned: {},
      isExclusive: true,
      holder: `b/${session}`,
    })
  hub.set('pod.only', only('before'))
  const { membership, state } = await entered(hub, at.dir)
  const { tables } = membership.member()
  const holder = () => tables.pods.get('only')?.record.holder
  await until(() => holder() === 'b/before' && tables.hosts.has('b'), 'it is told')
  const { put } = state
  state.put = async (...given) => {
    const declared = await put(...given)
    if (given[0] !== 'host.b') return declared
    hub.set('host.b', writeRecord('host', { ...was, session: 'after' }))
    hub.set('pod.only', only('after'))
    await until(() => holder() === 'b/after', 'it is told')
    return declared
  }
  assert.match(
    (await forget(membership.member(), 'b').catch(error => error))?.message,
    /Cannot forget host "b": it is alive/,
  )
  assert.ok(hub.values.has('duty.b') && hub.values.has('report.b.web'))
  assert.is(readRecord('pod', hub.values.get('pod.only')?.value ?? Buffer.from(''))?.holder, 'b/after')
  await membership.end()
})

test('forget() is done also where another host declares it dead at the same moment', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  await until(() => hub.values.has('host.b'), 'it has beaten')
  await b.member.end()
  const was = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(was)
  hub.set('host.b', writeRecord('host', { ...was, isFenced: true }))
  const { membership, state } = await entered(hub, at.dir)
  await until(() => membership.member().tables.hosts.has('b'), 'it is told')
  const { put } = state
  state.put = async (...given) => {
    if (given[0] === 'host.b') hub.set('host.b', writeRecord('host', { ...was, isFenced: true, isLost: true }))
    return await put(...given)
  }
  await forget(membership.member(), 'b')
  assert.not.ok(hub.values.has('host.b'))
  await membership.end()
})

test('drained() is over once a host that is being drained has nothing of the fleet, and says what is left when it is given up', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  const { membership } = await entered(hub, at.dir)
  const member = membership.member()
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web', assigned: { b: 1 } }))
  await until(() => member.tables.pods.has('web') && member.tables.hosts.has('b'), 'it is told')
  assert.is(await drained(member, 'b', AbortSignal.abort()), 1)
  await setDuty(member, 'b', 'draining')
  const { signal } = new AbortController()
  const over = drained(member, 'b', signal)
  hub.set('pod.web', undefined)
  assert.is(await over, 0)
  assert.match(await setDuty(member, 'x', 'active').catch(error => error.message), /no host "x"/)
  await b.member.end()
  await membership.end()
})

test.run()
