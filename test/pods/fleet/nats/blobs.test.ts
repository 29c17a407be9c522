// Bytes in a stream of which nobody is there to lead it for a moment. Not here: what every store of bytes does (port/ports.test.ts), and
// what a host may write (security/keeper.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NatsBlobs, type Store } from '../../../../pods/fleet/nats/blobs.ts'
import type { NatsLink } from '../../../../pods/fleet/nats/link.ts'

const nobody = () => Object.assign(new Error('jetstream is not enabled'), { name: 'JetStreamNotEnabled' })

/** @param failures what the next publications come to */
function blobsIn(failures: Error[], timeoutMs = 60_000) {
  const published: string[] = []
  const client = {
    publish: async (subject: string) => {
      const failure = failures.shift()
      if (failure) throw failure
      published.push(subject.replace(/.*\./, ''))
    },
  } as unknown as Store['client']
  const store = { client } as Store
  const link = { timeoutMs, problem: '' } as NatsLink
  return {
    blobs: new NatsBlobs({ link, store: () => store, name: 'fleet', host: 'a', trustsOthers: false }),
    published,
  }
}

async function* bytes() {
  yield Buffer.alloc(200 * 1024)
}

test('NatsBlobs puts each part once, also where nobody led its stream when it was first asked', async () => {
  const { blobs, published } = blobsIn([nobody(), nobody()])
  assert.equal(await blobs.put('a'.repeat(64), bytes()), { ok: true, value: undefined })
  assert.equal(published, ['0', '1', 'end'])
})

test('NatsBlobs says that the engine is away where nobody comes to lead it, and puts no part again that may be there', async () => {
  const away = blobsIn([nobody(), nobody()], 0)
  const outcome = await away.blobs.put('a'.repeat(64), bytes())
  assert.equal([outcome.ok, !outcome.ok && outcome.why, away.published], [false, 'unavailable', []])
  const unheard = blobsIn([new Error('timeout')])
  const unknown = await unheard.blobs.put('a'.repeat(64), bytes())
  assert.equal([unknown.ok, !unknown.ok && unknown.why, unheard.published], [false, 'unknown', []])
})

/** A stream of these parts; each attempt to read from a number on gets so many messages more, and then nothing. */
function storedIn(parts: string[], attempts: number[]) {
  const all = [...parts.keys(), 'end'].map((part, at) => ({
    ...{ subject: `fleet.a.hash.id.${part}`, seq: at + 1, data: Buffer.from(parts[at] ?? '') },
    string: () => JSON.stringify({ v: 1, parts: parts.length }),
  }))
  const from: number[] = []
  const getPushConsumer = async (_: string, { opt_start_seq = 1 }) => {
    from.push(opt_start_seq)
    const stopped = Promise.withResolvers<void>()
    const given = all.slice(opt_start_seq - 1).slice(0, attempts.shift() ?? 0)
    const messages = async function* () {
      yield* given
      await stopped.promise
    }
    const consume = async () => Object.assign(messages(), { stop: () => stopped.resolve() })
    return { consume, delete: async () => true }
  }
  const getMessage = async () => all.at(-1)
  const store = { client: { consumers: { getPushConsumer } }, manager: { streams: { getMessage } } }
  const link = { timeoutMs: 20, problem: '' } as NatsLink
  const options = { link, name: 'fleet', host: 'a', trustsOthers: false }
  return { blobs: new NatsBlobs({ ...options, store: () => store as unknown as Store }), from }
}

async function read(blobs: NatsBlobs): Promise<string> {
  const opened = await blobs.open('hash')
  let text = ''
  for await (const part of (opened.ok && opened.value) || []) text += Buffer.from(part).toString()
  return text
}

test('NatsBlobs reads on where what the engine has sent was lost, and gives up where nothing comes again and again', async () => {
  const lossy = storedIn(['a', 'b', 'c'], [2, 0, 1, 1])
  assert.is(await read(lossy.blobs), 'abc')
  assert.equal(lossy.from, [1, 3, 3, 4])
  const silent = storedIn(['a', 'b', 'c'], [1])
  const error = await read(silent.blobs).catch(error => error)
  assert.match((error as Error).message, /^The engine broke off in fleet.a.hash.id$/)
})

test.run()
