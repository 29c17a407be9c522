// What gateways that share a Redis keep in it of TLS, and that a client may go from one to another. Not here: certificates of an authority
// (acme/redis-store.test.ts).
import { once } from 'node:events'
import { connect } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MemoryRegistry } from '../../../pods/gateway/registry/memory.ts'
import { RedisLink } from '../../../pods/gateway/registry/redis-link.ts'
import type { OpenRegistry } from '../../../pods/gateway/registry/settings.ts'
import { Secure } from '../../../pods/gateway/secure.ts'
import { settingsOf } from '../../../pods/gateway/settings.ts'
import { needs } from '../../needs.ts'
import { TestRedis } from '../../redis.ts'
import { scratch } from '../../scratch.ts'
import { Root } from './certificates/making.ts'
import { listening, type Standing, standing } from './standing.ts'

const prefix = 'p8a:test:'
const root = await Root.make()

type Site = { storage: string; link: Pick<RedisLink, 'run'>; params: Record<string, string> }

/** A gateway of another machine, with TLS. */
async function site({ gateway }: Standing, { storage, link, params }: Site) {
  const shared = { registry: new MemoryRegistry(), redis: { link, prefix } } as unknown as OpenRegistry
  const secure = new Secure(settingsOf(params), { storage, log: () => {}, orders: () => false, shared })
  const { server } = await secure.open(gateway, { hasHttp: true })
  return { secure, server }
}

async function standingAlone(work: (at: Standing) => Promise<void>): Promise<void> {
  await standing((_, response) => void response.end('ok'), work)
}

test('Secure keeps in Redis what its settings let it share: certificates of an authority, and keys of tickets', async () => {
  await standingAlone(async at => {
    const wanted = { acme: 'a@b.test', acmeDirectory: 'http://127.0.0.1:1/directory' }
    const used = async (params: Record<string, string>) => {
      using files = scratch()
      const keys = new Set<string>()
      const run = async (_script: string, named: readonly string[]) => {
        for (const key of named) keys.add(key.replace(/^p8a:test:(\w+).*/, '$1'))
        throw new Error('It is away')
      }
      const { secure } = await site(at, { storage: files.dir, link: { run }, params: { ...wanted, ...params } })
      secure.close()
      return [...keys].sort()
    }
    assert.equal(await used({}), ['acme', 'tickets'])
    assert.equal(await used({ acmeShare: 'off' }), ['tickets'])
    assert.equal(await used({ ticketShare: 'off' }), ['acme'])
    assert.equal(await used({ acmeShare: 'off', ticketShare: 'off' }), [])
  })
})

needs(test, 'redis-server')(
  'a TLS session that was begun at one gateway is taken up by another that shares its Redis',
  async () => {
    await using redis = await TestRedis.open()
    using files = scratch()
    const { pem, key } = await root.make({ names: ['example.com'] })
    files.file('certs/example.pem', `${pem}${key}`)
    await standingAlone(async at => {
      const resumed = async (ticketShare: string) => {
        const sites = await Promise.all(
          ['one', 'two'].map(async name => {
            files.file(`${ticketShare}/${name}/here`, '')
            const link = new RedisLink([redis.url], { timeoutMs: 60_000 })
            const params = { certs: files.path('certs'), ticketShare }
            const made = await site(at, { storage: files.path(`${ticketShare}/${name}`), link, params })
            return { ...made, link, port: await listening(made.server) }
          }),
        )
        try {
          const [one, two] = sites as [(typeof sites)[number], (typeof sites)[number]]
          const dial = (port: number, session?: Buffer) =>
            connect({ port, host: '127.0.0.1', servername: 'example.com', ca: root.pem, ...(session && { session }) })
          const first = dial(one.port)
          const [session] = await once(first, 'session')
          first.destroy()
          const next = dial(two.port, session)
          await once(next, 'secureConnect')
          const isReused = next.isSessionReused()
          next.destroy()
          return isReused
        } finally {
          for (const { secure, server, link } of sites) {
            secure.close()
            server.close()
            await link.close()
          }
        }
      }
      assert.is(await resumed('on'), true)
      assert.is(await resumed('off'), false)
    })
  },
)

test.run()
