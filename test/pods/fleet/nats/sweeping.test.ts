// What uploads leave at a real server that were broken off, and what becomes of those that go on after all. That only a keeper may do it:
// security/keeper.test.ts.
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openStore, type Store } from '../../../../pods/fleet/nats/blobs.ts'
import { NatsEngine } from '../../../../pods/fleet/nats/engine.ts'
import { Sweeping } from '../../../../pods/fleet/nats/sweeping.ts'
import type { Outcome } from '../../../../pods/fleet/port/ports.ts'
import { imagesOf } from '../../../../pods/fleet/security/rights.ts'
import { TestNats } from '../../../nats.ts'
import { needs } from '../../../needs.ts'
import { natsServer } from '../../../system.ts'
import { until } from '../../../until.ts'

const test = suite('sweeping')
const withNats = needs(test, 'nats-server')

let nats: TestNats
let connection: NatsConnection

test.before(async () => {
  if (!natsServer()) return
  nats = await TestNats.open()
  connection = await connect({ servers: nats.urls })
})
test.after(async () => {
  await connection?.close()
  await nats?.[Symbol.asyncDispose]()
})

const part = Buffer.alloc(128 * 1024)
const hashOf = (letter: string) => letter.repeat(64)

/** A stream of its own, with a host that puts what it is told, part by part. */
async function fleetOf(fleet: string) {
  const engine = new NatsEngine({ servers: nats.urls, fleet, host: 'a', replicas: 1, timeoutMs: 60_000 })
  await engine.open()
  await until(() => engine.isUp, 'the engine is there')
  const store = await openStore(connection, imagesOf(fleet), { replicas: 1, makes: false })
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const subjects = async () => {
    const { state } = await manager.streams.info(imagesOf(fleet), { subjects_filter: '>' })
    return Object.keys(state.subjects ?? {}).map(subject => subject.split('.'))
  }
  return {
    engine,
    store,
    /** How many subjects are there of what has this name. */
    left: async (hash: string) => (await subjects()).filter(names => names[2] === hash).length,
    /** An upload that goes on as it is told. */
    upload: (hash: string) => {
      let go = Promise.withResolvers<'on' | 'end' | 'killed'>()
      const source = async function* () {
        for (;;) {
          const how = await go.promise
          if (how === 'killed') throw new Error(how)
          if (how === 'end') return
          go = Promise.withResolvers()
          yield part
        }
      }
      const outcome = engine.blobs.put(hash, source())
      let given = 0
      return {
        outcome,
        give: async () => {
          go.resolve('on')
          given++
          await until(
            async () => (await subjects()).some(names => names[2] === hash && names[4] === String(given - 1)),
            'the part is there',
          )
        },
        end: async (): Promise<Outcome<void>> => {
          go.resolve('end')
          return await outcome
        },
        breakOff: () => go.resolve('killed'),
      }
    },
    read: async (hash: string) => {
      const opened = await engine.blobs.open(hash)
      if (!opened.ok || !opened.value) return undefined
      let size = 0
      for await (const bytes of opened.value) size += bytes.byteLength
      return size / part.byteLength
    },
  }
}

const afterMs = 1000

withNats('Sweeping removes an upload that was broken off, and neither what is whole nor what goes on', async () => {
  const { engine, store, left, upload, read } = await fleetOf('swept')
  const sweeping = new Sweeping(imagesOf('swept'))
  const [whole, killed, slow] = [upload(hashOf('a')), upload(hashOf('b')), upload(hashOf('c'))]
  await Promise.all([whole, killed, slow].map(async one => await one.give()))
  await killed.give()
  killed.breakOff()
  assert.ok((await whole.end()).ok)
  assert.not.ok((await killed.outcome).ok)
  assert.is(await sweeping.sweep(store, { nowMs: 0, afterMs }), 0)
  await slow.give()
  assert.is(await sweeping.sweep(store, { nowMs: 999, afterMs }), 0)
  assert.is(await left(hashOf('b')), 2)
  assert.is(await sweeping.sweep(store, { nowMs: 1000, afterMs }), 1)
  assert.is(await left(hashOf('b')), 1)
  assert.ok((await slow.end()).ok)
  assert.is(await sweeping.sweep(store, { nowMs: 100_000, afterMs }), 0)
  assert.equal([await read(hashOf('a')), await read(hashOf('b')), await read(hashOf('c'))], [1, undefined, 2])
  const again = upload(hashOf('b'))
  await again.give()
  assert.ok((await again.end()).ok)
  assert.is(await read(hashOf('b')), 1)
  await engine.close()
})

withNats('Sweeping lets an upload fail that goes on after it was swept, and removes what came of it', async () => {
  const { engine, store, left, upload, read } = await fleetOf('frozen')
  const sweeping = new Sweeping(imagesOf('frozen'))
  const frozen = upload(hashOf('a'))
  await frozen.give()
  await frozen.give()
  await sweeping.sweep(store, { nowMs: 0, afterMs })
  assert.is(await sweeping.sweep(store, { nowMs: 1000, afterMs }), 1)
  await frozen.give()
  assert.not.ok((await frozen.end()).ok)
  const has = await engine.blobs.has(hashOf('a'))
  assert.equal([has.ok && has.value, await read(hashOf('a')), await left(hashOf('a'))], [false, undefined, 2])
  await sweeping.sweep(store, { nowMs: 2000, afterMs })
  assert.is(await sweeping.sweep(store, { nowMs: 3000, afterMs }), 1)
  assert.is(await left(hashOf('a')), 1)
  await engine.close()
})

/** From the call after so many on, each fails: as where whoever sweeps is killed there. */
function dyingAt({ client, manager }: Store, most: number): Store {
  let calls = 0
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, name) => {
        const found: unknown = Reflect.get(target, name)
        if (typeof found !== 'function') return found
        return async (...args: unknown[]) => {
          if (++calls > most) throw new Error('killed')
          return await found.apply(target, args)
        }
      },
    })
  const streams = dying(manager.streams)
  return { client: dying(client), manager: { ...manager, streams } as Store['manager'] }
}

withNats('Sweeping goes on where another one was killed, whichever call that was', async () => {
  for (let most = 4; ; most++) {
    const { engine, store, left, upload } = await fleetOf(`dies${most}`)
    const killed = upload(hashOf('a'))
    await killed.give()
    killed.breakOff()
    await killed.outcome
    const dies = new Sweeping(imagesOf(`dies${most}`))
    await dies.sweep(store, { nowMs: 0, afterMs })
    const swept = await dies.sweep(dyingAt(store, most), { nowMs: afterMs, afterMs }).catch(() => undefined)
    const next = new Sweeping(imagesOf(`dies${most}`))
    await next.sweep(store, { nowMs: 0, afterMs })
    await next.sweep(store, { nowMs: afterMs, afterMs })
    assert.is(await left(hashOf('a')), 1, `killed after ${most} calls`)
    await engine.close()
    if (swept === 1) break
    assert.ok(most < 20)
  }
})

withNats('Sweeping removes nothing that is whole, whatever somebody has put beside it', async () => {
  const { engine, store, left, upload, read } = await fleetOf('spoilt')
  const whole = upload(hashOf('a'))
  await whole.give()
  assert.ok((await whole.end()).ok)
  const { state } = await store.manager.streams.info(imagesOf('spoilt'), { subjects_filter: '>' })
  const [end = ''] = Object.keys(state.subjects ?? {}).filter(subject => subject.endsWith('.end'))
  await store.client.publish(`${end}.swept`, '')
  const wild = `${imagesOf('spoilt')}.a.*.*.end.swept`
  await store.client.publish(wild, '').catch(() => {})
  const sweeping = new Sweeping(imagesOf('spoilt'))
  assert.is(await sweeping.sweep(store, { nowMs: 0, afterMs }), 0)
  assert.equal([await left(hashOf('a')), await read(hashOf('a'))], [2, 1])
  await engine.close()
})

test.run()
