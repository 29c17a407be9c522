import { statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FileTickets, RedisTickets } from '../../../../pods/gateway/certificates/ticket-store.ts'
import { RedisLink } from '../../../../pods/gateway/registry/redis-link.ts'
import { needs } from '../../../needs.ts'
import { TestRedis } from '../../../redis.ts'
import { scratch } from '../../../scratch.ts'

const prefix = 'p8a:test:'

test('FileTickets keeps the text in a file that only its user can read', async () => {
  using at = scratch()
  const file = new FileTickets(at.path('key'))
  assert.is(await file.read(), '')
  assert.is(await file.replace('', 'one'), 'one')
  assert.is(await file.read(), 'one')
  assert.is(statSync(at.path('key')).mode & 0o777, 0o600)
})

needs(test, 'redis-server')(
  'RedisTickets gives all gateways what the first has stored, and goes on with its copy while Redis is away',
  async () => {
    await using redis = await TestRedis.open()
    using at = scratch()
    const sites = ['one', 'two'].map(name => {
      const link = new RedisLink([redis.url], { timeoutMs: 60_000 })
      const copy = new FileTickets(at.path(name))
      return { link, copy, store: new RedisTickets({ copy, link, prefix }) }
    })
    const [one, two] = sites as [(typeof sites)[number], (typeof sites)[number]]
    try {
      assert.is(await one.store.read(), '')
      assert.is(await one.store.replace('', 'first'), 'first')
      assert.is(await two.store.replace('', 'late'), 'first')
      assert.is(await two.store.replace('first', 'second'), 'second')
      assert.is(await one.store.read(), 'second')
      assert.equal([await one.copy.read(), await two.copy.read()], ['second', 'second'])
      await one.link.close()
      const away = new RedisTickets({
        copy: one.copy,
        link: { run: async () => Promise.reject(new Error('away')) },
        prefix,
      })
      assert.is(await away.read(), 'second')
      assert.is(await away.replace('second', 'third'), 'third')
      assert.is(await away.read(), 'third')
      const other = new RedisTickets({ copy: one.copy, link: two.link, prefix: 'p8a:other:' })
      assert.is(await other.read(), 'third', 'a Redis that has none gets those of the copy')
      assert.is(await new RedisTickets({ copy: two.copy, link: two.link, prefix: 'p8a:other:' }).read(), 'third')
    } finally {
      for (const { link } of sites) await link.close()
    }
  },
)

test.run()
