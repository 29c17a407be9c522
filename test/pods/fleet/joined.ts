// Hosts of a fleet in the process of a test: each on a root that is none, at an engine that they share.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import type { Faults } from '../../../pods/fleet/embedded/faults.ts'
import type { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { checkFleet } from '../../../pods/fleet/engines.ts'
import { Member } from '../../../pods/fleet/member.ts'
import { join as enter } from '../../../pods/fleet/membership/entering.ts'
import { Membership } from '../../../pods/fleet/membership/membership.ts'
import { type PodRecord, type Report, writeRecord } from '../../../pods/fleet/records.ts'
import { type FleetSettings, writeInvite } from '../../../pods/fleet/settings.ts'
import { FakeRoot } from './fake-root.ts'

/** As they are, for hosts that nobody is to take for dead. */
export const slow = { beatMs: 100, fenceMs: 60_000, deadMs: 120_000 }

type Joining = { name: string; dir: string; tags?: string[]; faults?: Partial<Faults> }

const image = {
  ...{ version: 1, blob: 'blob', hash: 'hash', size: 1, exports: [], kind: 'service' },
  at: '',
  by: '',
  own: {},
}
/** Of a pod that is up on the host a. */
export const record: Omit<PodRecord, 'name'> = {
  ...{ v: 1, images: [image], want: 'up', turn: 1, how: 'restart', version: 1, params: {}, config: {}, scale: 1 },
  ...{ tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: { a: 1 }, holder: '', waits: '' },
}

export const report: Report = {
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] },
}

/** A host of a fleet that begins with the first one. */
export async function joined(hub: Hub, { name, dir, tags = [], faults = {} }: Joining) {
  const root = new FakeRoot(join(dir, name))
  mkdirSync(join(dir, name), { recursive: true })
  const settings: FleetSettings = {
    v: 1,
    fleet: 'f',
    host: name,
    hostId: `${name}-id`,
    tags,
    engine: { kind: 'embedded' },
  }
  const engine = new EmbeddedEngine(hub, faults)
  await checkFleet(engine, { id: 'f', isNew: true })
  const member = await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  return { root, member, engine, [Symbol.asyncDispose]: async () => await member.end() }
}

/** The host a as a member of the fleet f, with what its engine is asked. */
export async function entered(hub: Hub, dir: string) {
  hub.set('fleet', writeRecord('fleet', { v: 1, id: 'f', atMs: 0 }))
  const root = new FakeRoot(dir)
  const engine = new EmbeddedEngine(hub)
  const open = async (settings: FleetSettings) =>
    await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  const membership = new Membership({ p8a: root.p8a, open })
  await enter(membership, writeInvite({ fleet: 'f', engine: { kind: 'embedded' } }), { host: 'a', tags: [] })
  return { membership, root, state: engine.state }
}
