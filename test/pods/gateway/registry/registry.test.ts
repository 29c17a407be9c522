// What every registry has to do, and what becomes of the one in Redis when Redis goes, comes back, or is another one. Not here: what a
// gateway does by it (governor.test.ts).
import { createServer } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MemoryRegistry } from '../../../../pods/gateway/registry/memory.ts'
import { RedisRegistry } from '../../../../pods/gateway/registry/redis.ts'
import { RedisLink, WrongKind } from '../../../../pods/gateway/registry/redis-link.ts'
import type { Activity, Registry } from '../../../../pods/gateway/registry/registry.ts'
import { openRegistry, registryOf } from '../../../../pods/gateway/registry/settings.ts'
import { errorOf } from '../../../fails.ts'
import { freePort } from '../../../free-port.ts'
import { needs } from '../../../needs.ts'
import { TestRedis } from '../../../redis.ts'
import { until } from '../../../until.ts'

const timeoutMs = 2000
const prefix = 'p8a:test:'

const web: Activity = { pod: 'web', requests: 1, open: 0, sleepMs: 40, epoch: 0 }
const idle = (more: Partial<Activity> = {}): Activity[] => [{ ...web, ...more }]

/** Asks again and again until it is time for the pod to sleep. */
async function dueIn(registry: Registry, all = idle()) {
  return await until(async () => (await registry.look(all))[0], 'it is time to sleep', { everyMs: 5 })
}

type Kind = { name: string; with: (work: (make: () => Registry) => Promise<void>) => Promise<void> }

const memory: Kind = {
  name: 'memory',
  with: async work => {
    // All runs of a gateway have one.
    const registry = new MemoryRegistry()
    await work(() => registry)
  },
}

async function withRedis(work: (redis: TestRedis, make: (...more: string[]) => RedisRegistry) => Promise<void>) {
  await using redis = await TestRedis.open()
  const made: RedisRegistry[] = []
  const make = (...more: string[]) => {
    const registry = new RedisRegistry({ link: new RedisLink([redis.url, ...more], { timeoutMs }), prefix })
    made.push(registry)
    return registry
  }
  try {
    await work(redis, make)
  } finally {
    for (const registry of made) await registry.close()
  }
}

const inRedis: Kind = { name: 'Redis', with: async work => await withRedis(async (_, make) => await work(make)) }

const redisTest = needs(test, 'redis-server')

for (const [kind, testIt] of [
  [memory, test],
  [inRedis, redisTest],
] as const) {
  testIt(
    `${kind.name}: a pod that nobody has anything for is one gateway's to put to sleep, in a later epoch`,
    async () => {
      await kind.with(async make => {
        const [one, two] = [make(), make()]
        assert.equal(await one.look(idle()), [], 'its time has only begun')
        const due = await dueIn(one, idle({ epoch: 7 }))
        assert.is(due.pod, 'web')
        assert.is(due.lease.epoch, 8)
        assert.equal(await two.look(idle({ epoch: 7 })), [])
        assert.is(await two.lease('web', 7), undefined, 'nobody starts it meanwhile')
        await due.lease.release()
        assert.ok((await two.lease('web', 8))?.epoch === 9)
      })
    },
  )

  testIt(`${kind.name}: a pod that was due is not, once somebody has something for it`, async () => {
    await kind.with(async make => {
      const [one, two] = [make(), make()]
      await dueIn(one)
      const isDue = async (more: Partial<Activity>) => await one.isDue({ ...web, ...more })
      assert.equal([await isDue({}), await isDue({ requests: 2 }), await isDue({ open: 1 })], [true, false, false])
      await two.look(idle({ open: 1 }))
      assert.not.ok(await isDue({ sleepMs: 1e6 }), 'by another gateway')
    })
  })

  testIt(`${kind.name}: new requests, and what is under way, keep a pod awake`, async () => {
    await kind.with(async make => {
      const registry = make()
      await registry.look(idle())
      for (let requests = 2; requests < 14; requests++) {
        assert.equal(await registry.look(idle({ requests })), [])
        // In all three times as long as it may be idle.
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      await registry.look(idle({ requests: 14, open: 1 }))
      // Longer than it may be idle: nothing comes of it.
      await new Promise(resolve => setTimeout(resolve, 60))
      assert.equal(await registry.look(idle({ requests: 14, open: 1 })), [])
      assert.is((await dueIn(registry, idle({ requests: 14 }))).pod, 'web')
    })
  })

  testIt(`${kind.name}: of all who would start a pod at once one may, and the next one in a later epoch`, async () => {
    await kind.with(async make => {
      const registries = [make(), make(), make()]
      const leases = await Promise.all(registries.map(registry => registry.lease('web', 3)))
      const [lease, ...others] = leases.filter(one => one !== undefined)
      assert.equal([lease?.epoch, others], [4, []])
      await lease?.release()
      const next = await registries[0]?.lease('web', lease?.epoch ?? 0)
      assert.is(next?.epoch, 5)
      assert.is((await registries[1]?.lease('other', 0))?.epoch, 1)
    })
  })
}

redisTest('Redis: what another gateway has open keeps a pod awake', async () => {
  await withRedis(async (_, make) => {
    const [one, two] = [make(), make()]
    await two.look(idle({ open: 1 }))
    await one.look(idle())
    // Longer than it may be idle: nothing comes of it.
    await new Promise(resolve => setTimeout(resolve, 60))
    assert.equal(await one.look(idle()), [])
    const due = (await two.look(idle()))[0] ?? (await dueIn(one))
    assert.is(due.pod, 'web')
  })
})

redisTest('Redis: all keys have the prefix, and nothing is looked for or cleared', async () => {
  await withRedis(async (redis, make) => {
    await redis.ask('SET', 'mine', '1')
    const registry = make()
    const { lease } = await dueIn(registry)
    const keys = (await redis.ask('KEYS', '*')).match(/^(?!\*|\$|\+).+$/gm)?.map(key => key.trim())
    assert.equal(keys?.sort(), ['mine', ...['epoch', 'last', 'lease'].map(kind => `${prefix}${kind}:web`)])
    await lease.release()
    const used = await redis.ask('INFO', 'commandstats')
    assert.is(used.match(/cmdstat_keys:calls=(\d+)/)?.[1], '1', 'the one of this test')
    assert.not.match(used, /cmdstat_(?:flush|scan)/)
  })
})

redisTest('Redis: while it is gone nothing is due, and once it is back all goes on', async () => {
  await withRedis(async (redis, make) => {
    const registry = make()
    await registry.look(idle())
    await redis.kill()
    assert.instance(await errorOf(() => registry.look(idle())), Error)
    assert.match((await errorOf(() => registry.lease('web', 0))).message, /There is no Redis at|closed|connect/i)
    await redis.start()
    const due = await until(async () => (await registry.look(idle({ epoch: 4 })).catch(() => []))[0], 'it goes on')
    assert.is(due.lease.epoch, 5, 'what Redis has forgotten, the host knows')
  })
})

redisTest('Redis: a replica that is promoted goes on where its master was', async () => {
  await withRedis(async (redis, make) => {
    await using replica = await TestRedis.open('--replicaof', '127.0.0.1', String(redis.port))
    const registry = make(replica.url)
    const lease = await registry.lease('web', 20)
    assert.is(lease?.epoch, 21)
    await lease?.release()
    await until(async () => (await replica.ask('GET', `${prefix}epoch:web`)).includes('21'), 'it is told')
    await redis.kill()
    // In the words of whatever notices it first: the connection, the deadline, or the look at who is master.
    assert.instance(await errorOf(() => registry.lease('web', 0)), Error)
    await replica.ask('REPLICAOF', 'NO', 'ONE')
    const next = await until(async () => await registry.lease('web', 0).catch(() => undefined), 'the other one is used')
    assert.is(next.epoch, 22)
  })
})

redisTest(
  'Redis: where the master is lost while its replica lags, the right is given again, in no older epoch than the host knows',
  async () => {
    await withRedis(async (redis, make) => {
      await using replica = await TestRedis.open('--replicaof', '127.0.0.1', String(redis.port))
      const [one, other] = [make(replica.url), make(replica.url)]
      const first = await one.lease('web', 20)
      await first?.release()
      await until(async () => (await replica.ask('GET', `${prefix}epoch:web`)).includes('21'), 'it is told')
      // From now on it hears nothing, and keeps what it has.
      await replica.ask('REPLICAOF', '127.0.0.1', '1')
      assert.is((await one.lease('web', 21))?.epoch, 22)
      assert.is(await other.lease('web', 21), undefined)
      await redis.kill()
      await replica.ask('REPLICAOF', 'NO', 'ONE')
      // Both have it now. The host has heard of 22 by the first one, and refuses what is older.
      const again = await until(
        async () => await other.lease('web', 22).catch(() => undefined),
        'the other one is used',
      )
      assert.is(again.epoch, 23)
      assert.is(await one.lease('web', 22).catch(() => undefined), undefined)
    })
  },
)

redisTest('a Redis that will not do is refused by what it is', async () => {
  await using evicting = await TestRedis.open('--maxmemory', '10mb', '--maxmemory-policy', 'allkeys-lru')
  // By itself it takes a second port that it works out, which somebody else may have.
  const bus = ['--cluster-port', String(await freePort())]
  await using cluster = await TestRedis.open('--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', ...bus)
  await using master = await TestRedis.open()
  await using replica = await TestRedis.open('--replicaof', '127.0.0.1', String(master.port))
  for (const [{ url }, why] of [
    [evicting, 'forgets keys when it is full (maxmemory-policy allkeys-lru): set noeviction'],
    [cluster, 'is a cluster'],
    [replica, 'is a replica: name its master'],
  ] as const) {
    const error = await errorOf(() => openRegistry(registryOf({ registry: url }), () => {}))
    assert.instance(error, WrongKind)
    assert.match(error.message, why)
  }
})

test('a server that is no Redis, and one that says nothing, are told of, and are waited for', async () => {
  for (const answer of ['HTTP/1.1 400 Bad Request\r\n\r\n', '']) {
    const server = createServer(socket => void socket.on('error', () => {}).end(answer)).listen(0, '127.0.0.1')
    await until(() => server.listening, 'it listens')
    const { port } = server.address() as { port: number }
    const said: string[] = []
    const { registry } = await openRegistry(registryOf({ registry: `redis://:secret@127.0.0.1:${port}` }), text =>
      said.push(text),
    )
    assert.match(said.join(), `There is no Redis at 127.0.0.1:${port}: `)
    assert.not.match(said.join(), 'secret')
    await registry.close()
    server.close()
  }
})

test('registryOf() says what the settings may be', async () => {
  assert.is(registryOf({}), undefined)
  assert.equal(registryOf({ registry: 'redis://a,rediss://b:1', registryPrefix: 'x:' }), {
    urls: ['redis://a', 'rediss://b:1'],
    prefix: 'x:',
  })
  assert.match((await errorOf(() => registryOf({ registry: 'http://a' }))).message, 'registry is no address of a Redis')
  assert.match((await errorOf(() => registryOf({ registryPrefix: 'x' }))).message, 'registry is missing')
})

test.run()
