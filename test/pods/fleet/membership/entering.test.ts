// How a host begins a fleet or joins one, on a root that is none: where that fails, nothing of it is left. Not here: real hosts (e2e/fleet.test.ts).
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { Member } from '../../../../pods/fleet/member.ts'
import { init, join } from '../../../../pods/fleet/membership/entering.ts'
import { Membership } from '../../../../pods/fleet/membership/membership.ts'
import { type FleetSettings, writeInvite } from '../../../../pods/fleet/settings.ts'
import { errorOf } from '../../../fails.ts'
import { TestNats } from '../../../nats.ts'
import { needs } from '../../../needs.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { FakeRoot } from '../fake-root.ts'
import { entered, slow } from '../joined.ts'

const test = suite('entering a fleet')
const withNats = needs(test, 'nats-server')

const times = { beatMs: 100, fenceMs: 300, deadMs: 2300 }

withNats(
  'a fleet is not begun at an engine that does not do what it has to: it is said in time, and another can be begun',
  async () => {
    await using nats = await TestNats.open({ hasStreams: false })
    using at = scratch()
    const root = new FakeRoot(at.dir)
    const open = async (settings: FleetSettings) => {
      const member = await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' })
      // However slow the machine is: the time to join begins once the engine has refused.
      if (settings.engine.kind === 'nats') await until(() => /jetstream/i.test(member.engine.problem), 'it is refused')
      return member
    }
    const options = { p8a: root.p8a, open, joinMs: 200 }
    const membership = new Membership(options)
    const failed = await init(
      membership,
      { host: 'a', tags: [] },
      { kind: 'nats', servers: nats.urls, replicas: 1 },
    ).catch(error => error)
    assert.match(failed.message, /Cannot reach the engine: .*jetstream/i)
    assert.is(failed.code, 'fleet_unavailable')
    options.joinMs = 60_000
    const begun = await init(membership, { host: 'a', tags: [] }, { kind: 'embedded' })
    assert.is(begun.host, 'a')
    await membership.end()
  },
)

test('a host that is refused as it joins leaves nothing in the fleet', async () => {
  using at = scratch()
  const hub = new Hub()
  // Slow enough for a beat to be under way while it is refused.
  const engine = new EmbeddedEngine(hub, { delayMs: 50 })
  const root = new FakeRoot(at.dir)
  const open = async (settings: FleetSettings) =>
    await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  const membership = new Membership({ p8a: root.p8a, open })
  const invite = writeInvite({ fleet: 'f', engine: { kind: 'embedded' } })
  const failed = await join(membership, invite, { host: 'a', tags: [] }).catch(error => error)
  assert.match(failed.message, /has no fleet f/)
  assert.ok(hub.last > 0, 'it has beaten')
  assert.equal([...hub.values.keys()], [])
})

test('a host that is in a fleet begins no other one, and joins none, and stays what it is', async () => {
  using at = scratch()
  const { membership } = await entered(new Hub(), at.dir)
  const { settings } = membership.member()
  const invite = writeInvite({ fleet: 'g', engine: { kind: 'embedded' } })
  const given = { host: 'b', tags: [] }
  for (const work of [init(membership, given, { kind: 'embedded' }), join(membership, invite, given)]) {
    const error = await errorOf(async () => await work)
    assert.equal([error.code, error.message], ['unsupported', 'This host is in the fleet f already'])
  }
  assert.equal(membership.member().settings, settings)
  await membership.end()
})

test.run()
