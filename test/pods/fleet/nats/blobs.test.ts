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

test.run()
