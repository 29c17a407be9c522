// Gateways on several machines with one registry in Redis: each has a storage and ports of its own, and the authority asks at those of one.
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Acme } from '../../../../pods/gateway/acme/acme.ts'
import { FileStore } from '../../../../pods/gateway/acme/file-store.ts'
import { RedisStore } from '../../../../pods/gateway/acme/redis-store.ts'
import type { Certificate } from '../../../../pods/gateway/certificates/certificate.ts'
import { Shelf } from '../../../../pods/gateway/certificates/shelf.ts'
import { HttpsDoor } from '../../../../pods/gateway/https-door.ts'
import { RedisRegistry } from '../../../../pods/gateway/registry/redis.ts'
import { RedisLink } from '../../../../pods/gateway/registry/redis-link.ts'
import { settingsOf } from '../../../../pods/gateway/settings.ts'
import { needs } from '../../../needs.ts'
import { TestRedis } from '../../../redis.ts'
import { type Scratch, scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { listening, standing } from '../standing.ts'
import { at } from './at.ts'
import { Authority } from './authority.ts'

const dayMs = 86_400_000
const hour = 60 * 60_000
const prefix = 'p8a:test:'
const lease = `${prefix}lease:acme:orders`

/** A gateway as it is about certificates. */
type Site = {
  acme: Acme
  certificates: Certificate[]
  faults: string[]
  logged: string[]
  /** It goes without a word: nothing is given back. */
  kill(): Promise<void>
}

type Town = {
  redis: TestRedis
  authority: Authority
  /** A gateway with a storage. */
  site(storage: Scratch): Site
  /** From now on the authority asks at the ports of this one. */
  reach(site: Site): void
  one: Scratch
  two: Scratch
}

async function withTown(work: (town: Town) => Promise<void>): Promise<void> {
  await using redis = await TestRedis.open()
  await using authority = await Authority.open()
  using one = scratch()
  using two = scratch()
  await standing(
    (_, response) => void response.end('the pod'),
    async at => {
      const sites: Site[] = []
      let reached: Acme | undefined
      at.challenge = path => reached?.answer(path)
      const challenge: ConstructorParameters<typeof HttpsDoor>[2]['challenge'] = hello => reached?.challenge(hello)
      const { server } = new HttpsDoor(at.gateway, settingsOf({}), { shelf: new Shelf(), challenge })
      authority.ports = { http: at.port, https: await listening(server) }
      const site = (storage: Scratch) => {
        const made = siteOf(storage, { redis, authority })
        sites.push(made)
        return made
      }
      const reach = ({ acme }: Site) => {
        reached = acme
      }
      try {
        await work({ redis, authority, site, reach, one, two })
      } finally {
        for (const made of sites) await made.kill()
        server.close()
      }
    },
  )
}

function siteOf(storage: Scratch, { redis, authority }: Pick<Town, 'redis' | 'authority'>): Site {
  const link = new RedisLink([redis.url], { timeoutMs: 2000 })
  const registry = new RedisRegistry({ link, prefix })
  const directoryUrl = `${authority.url}/directory`
  const copy = new FileStore(storage.dir, directoryUrl)
  const store = new RedisStore({ copy, link, prefix, directoryUrl })
  const [certificates, faults, logged]: [Certificate[], string[], string[]] = [[], [], []]
  const acme = new Acme(
    {
      ...{ email: 'a@b.test', directoryUrl, profile: undefined, store, orders: () => true, pollMs: 10 },
      ...{ lease: () => registry.lease('acme:orders', 0), resolves: async () => true, hasHttp: true, hasTls: true },
      lookMs: 1_000_000,
    },
    {
      isCovered: () => false,
      changed: (now, wrong) => {
        certificates.splice(0, certificates.length, ...now)
        faults.splice(0, faults.length, ...wrong.map(({ text }) => text))
      },
      log: text => void logged.push(text),
    },
  )
  const kill = async () => {
    acme.close()
    await link.close()
  }
  return { acme, certificates, faults, logged, kill }
}

async function look({ acme }: Site, hosts: readonly string[] = ['example.com']): Promise<void> {
  await acme.open()
  await acme.look()
  acme.routed(hosts)
  await acme.look()
}

const namesOf = ({ certificates }: Site) => certificates.map(({ names }) => names.join()).sort()

const redisTest = needs(test, 'redis-server')

redisTest(
  'of gateways that look at once one orders, another one answers the authority, and all have the certificate',
  async () => {
    await withTown(async ({ redis, authority, site, reach, one, two }) => {
      const [first, second] = [site(one), site(two)]
      const taken = Promise.withResolvers<void>()
      authority.holdBack = taken.promise
      reach(second)
      const looked = look(first, ['example.com', 'other.test'])
      await until(() => authority.orders.length === 1, 'an order is under way')
      await look(second, ['example.com', 'other.test'])
      assert.equal([authority.orders.length, second.faults], [1, []], 'the other one leaves it to it')
      taken.resolve()
      await looked
      assert.equal(authority.validations, ['http-01 example.com ready', 'http-01 other.test ready'])
      await until(() => second.certificates.length === 2, 'the other one takes them up by itself')
      assert.equal(namesOf(second), namesOf(first))
      await second.acme.look()
      assert.equal([authority.orders.length, authority.accounts], [2, 1])
      const keys = (await redis.ask('KEYS', '*')).match(/^(?!\*|\$|\+).+$/gm) ?? []
      assert.equal(
        keys.filter(key => !key.startsWith(prefix)),
        [],
      )
      assert.equal(
        keys.filter(key => key.includes('challenge')),
        [],
        'answers are taken away',
      )
    })
  },
)

redisTest('a challenge over TLS is answered by another gateway than that which orders', async () => {
  await withTown(async ({ authority, site, reach, one, two }) => {
    authority.types = ['tls-alpn-01']
    const [first, second] = [site(one), site(two)]
    await second.acme.open()
    reach(second)
    await look(first)
    assert.equal(authority.validations, ['tls-alpn-01 example.com ready'])
  })
})

redisTest('another gateway renews once the one that had ordered is gone, with the same account', async () => {
  await withTown(async ({ authority, site, reach, one, two }) => {
    const [first, second] = [site(one), site(two)]
    reach(first)
    await look(first)
    await look(second)
    const [before] = second.certificates
    await first.kill()
    reach(second)
    await at(Date.now() + 70 * dayMs, () => second.acme.look())
    assert.equal([authority.orders.length, authority.accounts, second.faults], [2, 1, []])
    assert.not.equal(second.certificates[0]?.pem, before?.pem)
    // What that has in its own storage is older.
    const again = site(one)
    await look(again)
    assert.equal([again.certificates[0]?.pem, authority.orders.length], [second.certificates[0]?.pem, 2])
  })
})

redisTest(
  'an order that its gateway did not end is made by another one, once the lease and the time for it are over',
  async () => {
    await withTown(async ({ redis, authority, site, reach, one, two }) => {
      const [first, second] = [site(one), site(two)]
      const never = Promise.withResolvers<void>()
      authority.holdBack = never.promise
      const looked = look(first)
      await until(() => authority.orders.length === 1, 'an order is under way')
      authority.holdBack = undefined
      // However long this test takes.
      await redis.ask('PERSIST', lease)
      reach(second)
      await look(second)
      await at(Date.now() + hour, () => second.acme.look())
      assert.is(authority.orders.length, 1, 'the lease is not over')
      await redis.ask('DEL', lease)
      await second.acme.look()
      assert.is(authority.orders.length, 1, 'the time for the order is not over')
      await at(Date.now() + hour, () => second.acme.look())
      assert.equal([authority.orders.length, namesOf(second)], [2, ['example.com']])
      await first.kill()
      never.resolve()
      await looked
    })
  },
)

redisTest(
  'while Redis is gone each gateway serves what it has, also after a restart, and nothing is ordered',
  async () => {
    await withTown(async ({ redis, authority, site, reach, one, two }) => {
      const [first, second] = [site(one), site(two)]
      reach(first)
      await look(first)
      await look(second)
      await redis.kill()
      for (const had of [first, second]) {
        await had.acme.look()
        assert.equal(namesOf(had), ['example.com'])
      }
      await second.kill()
      const restarted = site(two)
      await look(restarted, ['example.com', 'other.test'])
      await restarted.acme.look()
      assert.equal([namesOf(restarted), authority.orders.length], [['example.com'], 1])
      assert.is(restarted.logged.length, 1, 'it is said once')
      assert.match(restarted.logged.join(), /^the certificates were not looked after: /)
      // It comes back, and knows nothing: it gets all of them again.
      await redis.start()
      reach(restarted)
      await until(async () => {
        await restarted.acme.look()
        return authority.orders.length === 2
      }, 'it goes on')
      using empty = scratch()
      const fresh = site(empty)
      await look(fresh, ['example.com', 'other.test'])
      assert.equal([namesOf(fresh), authority.orders.length, authority.accounts], [['example.com', 'other.test'], 2, 1])
    })
  },
)

redisTest('what was ordered while Redis went is served, and shared once it is back', async () => {
  await withTown(async ({ redis, authority, site, reach, one, two }) => {
    const first = site(one)
    reach(first)
    authority.onValidated = async () => await redis.kill()
    await look(first)
    assert.equal([namesOf(first), authority.orders.length], [['example.com'], 1])
    await redis.start()
    await until(async () => {
      await first.acme.look()
      return first.faults.length === 0
    }, 'it goes on')
    const second = site(two)
    await look(second)
    assert.equal([namesOf(second), authority.orders.length], [['example.com'], 1])
  })
})

redisTest('what others write into Redis becomes no file outside of the storage', async () => {
  await withTown(async ({ redis, authority, site, reach, one, two }) => {
    const first = site(one)
    reach(first)
    await look(first)
    const found = (await redis.ask('KEYS', `${prefix}*certificates`)).match(/^p8a.+$/m)?.[0].trim() ?? ''
    await redis.ask('HSET', found, '../../stray', `'{"pem":"x","key":"y"}'`)
    await redis.ask('HSET', found, 'null.test', 'null')
    assert.match(await redis.ask('HGET', found, '../../stray'), /"pem":"x"/)
    await look(site(two))
    assert.not.ok(existsSync(two.path('stray.certificate')))
    assert.is(authority.orders.length, 1)
  })
})

test.run()
