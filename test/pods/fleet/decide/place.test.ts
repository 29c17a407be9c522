// Where pods are placed, by tables; and every state of an exclusive pod that hosts, deaths and placers can reach: two never have it.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Loads } from '../../../../pods/fleet/decide/loads.ts'
import { type HostView, hostsOf, place, type Wanted } from '../../../../pods/fleet/decide/place.ts'

const test = suite('place()')

const pod = (given: Partial<Wanted> = {}): Wanted => ({
  ...{ name: 'web', want: 'up', scale: 1, tags: [], isPacked: false, isExclusive: false, memory: 0 },
  ...{ assigned: {}, holder: '', turn: 1 },
  ...given,
})
const host = (name: string, given: Partial<HostView> = {}): HostView => ({
  ...{
    name,
    isAlive: true,
    isSilent: false,
    isFenced: false,
    isLost: false,
    duty: 'active',
    tags: [],
    memory: 1000,
    pods: {},
  },
  ...given,
})
const up = (count: number, turn = 1) => ({
  web: { status: 'up' as const, text: '', turn, up: count, version: 1, restarts: 0, failed: '', runs: [] },
})
const abc = [host('a'), host('b'), host('c')]
const placed = (wanted: Wanted, hosts = abc, others: Wanted[] = []) =>
  place(wanted, hostsOf(hosts), new Loads([wanted, ...others]))

test('spreads the runs of a pod over hosts, and pods to where the fewest are', () => {
  assert.equal(placed(pod({ scale: 3 })).assigned, { a: 1, b: 1, c: 1 })
  assert.equal(placed(pod({ scale: 5 })).assigned, { a: 2, b: 2, c: 1 })
  const others = [pod({ name: 'x', assigned: { a: 2, b: 1 } })]
  assert.equal(placed(pod({ scale: 1 }), abc, others).assigned, { c: 1 })
})

test('packs them where the most are, as far as there is room', () => {
  const others = [pod({ name: 'x', assigned: { b: 1 }, memory: 400 })]
  assert.equal(placed(pod({ scale: 2, isPacked: true }), abc, others).assigned, { b: 2 })
  assert.equal(placed(pod({ scale: 2, isPacked: true, memory: 400 }), abc, others).assigned, { a: 1, b: 1 })
})

test('leaves what is placed where it is, and takes from where the most are when there are too many', () => {
  assert.equal(placed(pod({ scale: 2, assigned: { c: 2 } })).assigned, { c: 2 })
  assert.equal(placed(pod({ scale: 2, assigned: { a: 1, c: 2 } })).assigned, { a: 1, c: 1 })
  assert.equal(placed(pod({ want: 'idle', assigned: { a: 1 } })).assigned, {})
})

test('says what it waits for: a tag, a host, room', () => {
  const tagged = [host('a', { tags: ['gpu', 'big'] }), host('b')]
  assert.equal(placed(pod({ tags: ['gpu'] }), tagged).assigned, { a: 1 })
  assert.is(
    placed(pod({ tags: ['gpu', 'new'] }), tagged).waits,
    '1 of 1 runs wait: no host has the tag "gpu" and "new"',
  )
  const closed = [host('a', { duty: 'cordoned' }), host('b', { isAlive: false })]
  assert.match(placed(pod(), closed).waits, /no host that may have it is there/)
  const full = placed(pod({ scale: 4, memory: 600 }))
  assert.equal([full.assigned, full.waits], [{ a: 1, b: 1, c: 1 }, '1 of 4 runs wait: there is no room on any host'])
})

test('moves what was on a host that is gone, and leaves a cordoned one what it has', () => {
  assert.equal(placed(pod({ assigned: { a: 1 } }), [host('a', { isAlive: false }), host('b')]).assigned, { b: 1 })
  assert.equal(placed(pod({ assigned: { a: 1 } }), [host('a', { duty: 'cordoned' }), host('b')]).assigned, { a: 1 })
})

test('a host that is drained keeps its runs until others are up in their place', () => {
  const draining = host('a', { duty: 'draining', pods: up(1) })
  const wanted = pod({ assigned: { a: 1 } })
  assert.equal(placed(wanted, [draining, host('b')]).assigned, { a: 1, b: 1 })
  assert.equal(placed(wanted, [draining, host('b', { pods: up(0) })]).assigned, { a: 1, b: 1 })
  assert.equal(placed(wanted, [draining, host('b', { pods: up(1, 0) })]).assigned, { a: 1, b: 1 })
  assert.equal(placed({ ...wanted, assigned: { a: 1, b: 1 } }, [draining, host('b', { pods: up(1) })]).assigned, {
    b: 1,
  })
  assert.equal(placed(wanted, [draining]).assigned, { a: 1 })
})

/**
 * A model of the world: one exclusive pod, two hosts. A host runs it only while it is the holder by name and session; it loses that by its own
 * clock before anyone may declare it dead, which is what `mayHold` and `isDead` see to: here a host that is cut ends its run before `isDead`.
 */
type At = { isCut: boolean; isDead: boolean; isFenced: boolean; isDraining: boolean; session: number; runs: boolean }
type World = { assigned: string; holder: string; hosts: Record<'a' | 'b', At> }

const names = ['a', 'b'] as const

function viewOf(world: World): HostView[] {
  return names.map(name => {
    const at = world.hosts[name]
    return host(name, {
      isAlive: !at.isDead && !at.isFenced,
      isFenced: at.isFenced,
      isLost: false,
      isSilent: false,
      duty: at.isDraining ? 'draining' : 'active',
    })
  })
}

function nextOf(world: World): World[] {
  const next: World[] = []
  const change = (given: Partial<World>, name?: 'a' | 'b', at: Partial<At> = {}) => {
    const hosts = name ? { ...world.hosts, [name]: { ...world.hosts[name], ...at } } : world.hosts
    next.push({ ...world, ...given, hosts })
  }
  const wanted = pod({
    isExclusive: true,
    assigned: world.assigned === '' ? {} : { [world.assigned]: 1 },
    holder: world.holder,
  })
  const { assigned, holder, fence } = place(wanted, hostsOf(viewOf(world)), new Loads([wanted]))
  for (const name of fence as ('a' | 'b')[]) change({}, name, { isFenced: true })
  if (fence.length === 0) change({ assigned: Object.keys(assigned)[0] ?? '', holder: holder ?? world.holder })
  for (const name of names) {
    const at = world.hosts[name]
    const own = `${name}/${at.session}`
    const isOurs = world.holder.startsWith(`${name}/`)
    // The network, and people.
    if (!at.isDead) change({}, name, { isCut: !at.isCut })
    change({}, name, { isDraining: !at.isDraining })
    // Its own clock says that it may not hold it any more, before others may declare it dead.
    if (at.isCut && at.runs) change({}, name, { runs: false })
    if (at.isCut && !at.runs) change({}, name, { isDead: true })
    // It is back: a beat, or the news that it was declared dead, whereupon it is another session.
    if (at.isDead && !at.isFenced) change({}, name, { isDead: false, isCut: false })
    if (at.isFenced)
      change({}, name, { isDead: false, isCut: false, isFenced: false, runs: false, session: (at.session + 1) % 3 })
    if (at.isCut || at.isDead || at.isFenced) continue
    // What it does at the engine, by compare-and-set.
    if (world.assigned === name && world.holder === '') change({ holder: own })
    if (world.assigned === name && isOurs && world.holder !== own) change({ holder: own })
    if (world.assigned === name && world.holder === own) change({}, name, { runs: true })
    if (world.assigned !== name && at.runs) change({}, name, { runs: false })
    if (world.assigned !== name && !at.runs && isOurs) change({ holder: '' })
  }
  return next
}

test('in no state that can be reached have two hosts an exclusive pod, and from each a host that is well gets it', () => {
  const well: At = { isCut: false, isDead: false, isFenced: false, isDraining: false, session: 0, runs: false }
  const first: World = { assigned: '', holder: '', hosts: { a: well, b: well } }
  const seen = new Map<string, World>([[JSON.stringify(first), first]])
  const waiting = [first]
  while (waiting.length > 0) {
    for (const world of nextOf(waiting.pop() as World)) {
      const key = JSON.stringify(world)
      if (seen.has(key)) continue
      assert.not.ok(world.hosts.a.runs && world.hosts.b.runs, key)
      seen.set(key, world)
      waiting.push(world)
    }
  }
  assert.ok(seen.size > 500, String(seen.size))
  assert.ok(
    [...seen.values()].some(({ hosts }) => hosts.a.runs) && [...seen.values()].some(({ hosts }) => hosts.b.runs),
  )
})

test.run()
