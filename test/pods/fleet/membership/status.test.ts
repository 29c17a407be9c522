// What a host says of its fleet: in full, and in the one line of its fleet pod.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { doctor } from '../../../../pods/fleet/doctor.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { setDuty } from '../../../../pods/fleet/membership/other-hosts.ts'
import { statusOf, textOf } from '../../../../pods/fleet/membership/status.ts'
import { readRecord, writeRecord } from '../../../../pods/fleet/records.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { joined } from '../joined.ts'

const test = suite('status of a fleet')

test('statusOf() tells of each host by its name: its duty, or that it is gone, and what it runs', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  await using a = await joined(hub, { name: 'a', dir: at.dir, tags: ['disk'] })
  const { member } = a
  await until(() => member.tables.hosts.size === 2, 'both are known')
  assert.is(textOf(member), 'host "a" of 2, 0 pods')
  await setDuty(member, 'b', 'cordoned')
  await until(() => member.tables.duties.get('b') === 'cordoned', 'it is told')
  const rows = () => statusOf(member).hosts.map(({ name, status }) => `${name} ${status}`)
  assert.equal(rows(), ['a active', 'b cordoned'])
  await b.member.end()
  const last = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(last)
  hub.set('host.b', writeRecord('host', { ...last, isFenced: true }))
  await until(() => !member.isAlive('b'), 'it is told')
  assert.equal(rows(), ['a active', 'b gone'])
  const { fleet, host, isUp, hosts } = statusOf(member)
  assert.equal([fleet, host, isUp], ['f', 'a', true])
  assert.equal((hosts[0] as { tags?: string[] }).tags, ['disk'])
})

test('that nothing is moved since half of the hosts are gone stands in the text, in the status and in what doctor finds', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir })
  const { member } = a
  const own = await until(() => readRecord('host', hub.values.get('host.a')?.value ?? Buffer.from('')), 'it beats')
  for (const name of ['b', 'c'])
    hub.set(`host.${name}`, writeRecord('host', { ...own, name, id: `${name}-id`, isFenced: true }))
  await until(() => member.tables.hosts.size === 3, 'all are known')
  const why = /^2 of 3 hosts are gone at once: nothing is moved/
  assert.match(textOf(member), why)
  assert.match(statusOf(member).problem, why)
  assert.ok((await doctor(member)).some(({ level, text }) => level === 'error' && why.test(text)))
})

test('textOf() says how to come into a fleet where there is none', () => {
  assert.is(textOf(undefined), 'in no fleet: pod fleet init, or pod fleet join')
})

test.run()
