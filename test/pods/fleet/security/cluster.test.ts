// The servers of an engine as their keeper changes them, on an engine within the process and servers that are a list: every order of what hosts ask
// and of what fails ends with three servers, and none is ended whose loss would cost most of them. Real servers: test/e2e/fleet-servers.test.ts.
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Busy } from '../../../../pods/fleet/decide/servers.ts'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { openHub } from '../../../../pods/fleet/embedded/file.ts'
import { patiently } from '../../../../pods/fleet/patiently.ts'
import type { EngineServer } from '../../../../pods/fleet/records.ts'
import { Cluster } from '../../../../pods/fleet/security/cluster.ts'
import { errorOf } from '../../../fails.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

class World implements AsyncDisposable {
  readonly up = new Set(['p8a-f-1', 'p8a-f-2', 'p8a-f-3'])
  /** Servers that were expelled, in order, and streams with the servers that keep them. */
  readonly expelled: string[] = []
  keepers = ['p8a-f-1', 'p8a-f-2', 'p8a-f-3']
  isWhole = true
  /** Whether another server may keep what one has left. */
  hasRoom = true
  /** Of the host that keeps it. */
  id = 'id-a'
  #dir = scratch()
  #engine = new EmbeddedEngine(openHub(this.#dir.path('engine.json'), this.#dir.path('blobs')))
  #hidden = new EmbeddedEngine(openHub(this.#dir.path('hidden.json'), this.#dir.path('blobs')))
  cluster = this.#open()

  static async open(): Promise<World> {
    const world = new World()
    await world.#engine.open()
    return world
  }

  /** Another keeper goes on. */
  again(): void {
    this.cluster = this.#open()
  }

  async servers(): Promise<string[]> {
    const { record } = await this.cluster.read()
    return record.servers.map(({ name, host, isLeaving }) => `${host}:${name.split('-').at(-1)}${isLeaving ? '-' : ''}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.close()
    this.#dir[Symbol.dispose]()
  }

  #open(): Cluster {
    const usual = [1, 2, 3].map(
      (at): EngineServer => ({
        ...{
          name: `p8a-f-${at}`,
          host: 'a',
          address: `a:${at}`,
          route: `a:10${at}`,
          isSpare: at > 1,
          isLeaving: false,
        },
      }),
    )
    return new Cluster({
      ...{ fleet: 'f', host: 'a', id: this.id, state: this.#engine.state, hidden: this.#hidden.state, usual },
      newSpare: async () => ({ address: 'a:9', route: 'a:109' }),
      api: {
        present: async () => this.up,
        streams: async () => [{ name: 'KV', servers: this.keepers, isWhole: this.isWhole }],
        moveOff: async (_, server) => {
          const other = [...this.up].find(one => !this.keepers.includes(one))
          assert.ok(other, 'there is another one')
          this.keepers = this.keepers.flatMap(one => (one !== server ? one : this.hasRoom ? other : []))
        },
        fill: async () => {
          const other = [...this.up].find(one => !this.keepers.includes(one))
          if (this.hasRoom && other) this.keepers.push(other)
        },
        expel: async server => {
          assert.not.ok(this.keepers.includes(server), 'nothing is kept by it any more')
          this.up.delete(server)
          this.expelled.push(server)
        },
      },
    })
  }
}

test('a server of a host replaces a spare once it is there, and what that has kept is moved first', async () => {
  await using world = await World.open()
  await world.cluster.settle()
  const server = await world.cluster.add({ host: 'b', address: 'b:1', route: 'b:101' })
  assert.is(server.name, 'p8a-f-4')
  await world.cluster.settle()
  assert.equal(await world.servers(), ['a:1', 'a:2', 'a:3', 'b:4'])
  assert.is(world.cluster.waits, 'the server of host "b" is not there yet')
  world.up.add('p8a-f-4')
  world.isWhole = false
  await world.cluster.settle()
  assert.equal([await world.servers(), world.expelled], [['a:1', 'a:2', 'a:3-', 'b:4'], []])
  world.isWhole = true
  world.again()
  await world.cluster.settle()
  assert.equal(
    [await world.servers(), world.keepers],
    [
      ['a:1', 'a:2', 'b:4'],
      ['p8a-f-1', 'p8a-f-2', 'p8a-f-4'],
    ],
  )
  assert.equal((await world.cluster.read()).record.ended, ['p8a-f-3'])
})

test('a server is expelled only once three others keep what it had, also where none could take it at first', async () => {
  await using world = await World.open()
  world.hasRoom = false
  await world.cluster.add({ host: 'b', address: 'b:1', route: 'b:101' })
  world.up.add('p8a-f-4')
  await world.cluster.settle()
  assert.equal([world.keepers.length, world.expelled], [2, []])
  assert.match(world.cluster.waits, 'is copied to others')
  world.hasRoom = true
  await world.cluster.settle()
  assert.equal([world.keepers.length, world.expelled], [3, []])
  await world.cluster.settle()
  assert.equal([await world.servers(), world.expelled], [['a:1', 'a:2', 'b:4'], ['p8a-f-3']])
})

test('one that has asked before gets the same server, and a fourth host none', async () => {
  await using world = await World.open()
  const refused = async (host: string, address: string) =>
    (await errorOf(async () => await world.cluster.add({ host, address, route: 'x:1' }))).message
  for (const host of ['b', 'c']) {
    const asked = { host, address: `${host}:1`, route: `${host}:101` }
    const { name } = await world.cluster.add(asked)
    assert.is((await world.cluster.add(asked)).name, name)
    if (host === 'b') {
      const busy = await errorOf(async () => await world.cluster.add({ host: 'd', address: 'd:1', route: 'x:1' }))
      assert.match(busy.message, /host "b" is being added: wait/)
      const [step] = (busy as { steps?: { do: { verb: string; args: string[] } }[] }).steps ?? []
      assert.equal([step?.do.verb, step?.do.args], ['fleet remove', ['b']])
    }
    world.up.add(name)
    await world.cluster.settle()
  }
  assert.equal(await world.servers(), ['a:1', 'b:4', 'c:5'])
  assert.match(await refused('d', 'd:1'), /three servers already, on hosts "a", "b", "c"/)
  assert.match(await refused('b', 'b:2'), /Host "b" has a server of the engine already/)
  await world.cluster.remove('c')
  assert.match(await refused('d', 'b:1'), /Another server of the engine is at b:1/)
})

test('hosts that give their servers at once get them one after the other, also behind one that is taken away', async () => {
  await using world = await World.open()
  const isPassing = (error: unknown) => error instanceof Busy
  let isOver = false
  // Each server begins once it is written, and the keeper goes on all the time.
  const keeping = (async () => {
    while (!isOver) {
      for (const { name } of (await world.cluster.read()).record.servers)
        if (!world.expelled.includes(name)) world.up.add(name)
      await world.cluster.settle()
      await turn()
    }
  })()
  const give = async (host: string) =>
    await patiently(async () => await world.cluster.add({ host, address: `${host}:1`, route: `${host}:101` }), {
      isPassing,
      forMs: 60_000,
    })
  try {
    await Promise.all([give('b'), give('c')])
    assert.equal(await hostsWhen(world, 3), ['a', 'b', 'c'])
    await world.cluster.remove('b')
    await give('d')
    assert.equal(await hostsWhen(world, 3), ['a', 'c', 'd'])
  } finally {
    isOver = true
    await keeping
  }
})

/** The hosts of the servers, once there are so many, and none is leaving. */
async function hostsWhen(world: World, count: number): Promise<string[]> {
  const servers = async () => (await world.cluster.read()).record.servers
  await until(
    async () => (await servers()).length === count && !(await servers()).some(one => one.isLeaving),
    'it is at rest',
  )
  return (await servers()).map(({ host }) => host).sort()
}

test('a server that goes is replaced by a spare first, and stays while another one is away', async () => {
  await using world = await World.open()
  for (const [host, name] of [
    ['b', 'p8a-f-4'],
    ['c', 'p8a-f-5'],
  ] as const) {
    await world.cluster.add({ host, address: `${host}:1`, route: `${host}:101` })
    world.up.add(name)
    await world.cluster.settle()
  }
  assert.is(await world.cluster.remove('nobody'), false)
  // It is lost, and so is the other one for a while.
  world.up.delete('p8a-f-5')
  world.up.delete('p8a-f-4')
  assert.is(await world.cluster.remove('c'), true)
  await world.cluster.settle()
  world.up.add('p8a-f-6')
  await world.cluster.settle()
  assert.equal(await world.servers(), ['a:1', 'b:4', 'c:5-', 'a:6'])
  assert.is(world.cluster.waits, 'the server of host "b" is away')
  world.up.add('p8a-f-4')
  await world.cluster.settle()
  assert.equal([await world.servers(), world.cluster.waits], [['a:1', 'b:4', 'a:6'], ''])
})

test.run()
