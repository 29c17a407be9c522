// A member of a fleet in the process of the test, on a root that is none: what it does where its engine is not there.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Member } from '../../../pods/fleet/member.ts'
import { Membership } from '../../../pods/fleet/membership.ts'
import type { FleetSettings } from '../../../pods/fleet/settings.ts'
import { TestNats } from '../../nats.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { FakeRoot } from './fake-root.ts'

const test = suite('member')
const withNats = needs(test, 'nats-server')

const times = { beatMs: 100, fenceMs: 300, deadMs: 2300 }

withNats('an engine that connects and does nothing more keeps no host from ending what is exclusive', async () => {
  await using nats = await TestNats.open({ hasStreams: false })
  using at = scratch()
  const root = new FakeRoot(at.dir)
  root.has('only', { exclusive: true })
  root.has('web')
  const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
  const settings: FleetSettings = { v: 1, fleet: 'f', host: 'a', hostId: 'a-id', tags: [], engine }
  const member = await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' })
  try {
    await until(() => root.asked.includes('stop only'), 'it is ended')
    assert.not.ok(root.asked.includes('stop web'), 'what is not exclusive goes on')
    assert.not.ok(member.engine.isUp)
  } finally {
    await member.end()
  }
})

withNats(
  'a fleet is not begun at an engine that does not do what it has to: it is said in time, and another can be begun',
  async () => {
    await using nats = await TestNats.open({ hasStreams: false })
    using at = scratch()
    const root = new FakeRoot(at.dir)
    const open = async (settings: FleetSettings) => await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' })
    const membership = new Membership({ p8a: root.p8a, open, joinMs: 1000 })
    const failed = await membership
      .init({ host: 'a', tags: [] }, { kind: 'nats', servers: nats.urls, replicas: 1 })
      .catch(error => error)
    assert.match(failed.message, /Cannot reach the engine: .*jetstream/i)
    assert.is(failed.code, 'fleet_unavailable')
    const begun = await membership.init({ host: 'a', tags: [] }, { kind: 'embedded' })
    assert.is(begun.host, 'a')
    await membership.end()
  },
)

test.run()
