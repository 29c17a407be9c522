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

/** A stream of these parts; `failures` are what the next questions for a part come to. */
function storedIn(parts: string[], failures: (Error | undefined)[]) {
  const asked: string[] = []
  let [open, mostOpen] = [0, 0]
  const getMessage = async (_: string, query: { last_by_subj?: string }) => {
    if (query.last_by_subj === undefined) {
      return { subject: 'fleet.a.hash.id.end', seq: 9, string: () => JSON.stringify({ v: 1, parts: parts.length }) }
    }
    const part = query.last_by_subj.replace(/.*\./, '')
    asked.push(part)
    mostOpen = Math.max(mostOpen, ++open)
    await new Promise(resolve => setImmediate(resolve))
    open--
    const failure = failures.shift()
    if (failure) throw failure
    return parts[Number(part)] === '' ? null : { data: Buffer.from(parts[Number(part)] ?? '') }
  }
  const store = { manager: { streams: { getMessage } } }
  const link = { timeoutMs: 20, problem: '' } as NatsLink
  const options = { link, name: 'fleet', host: 'a', trustsOthers: false }
  const blobs = new NatsBlobs({ ...options, store: () => store as unknown as Store })
  return { blobs, asked, mostOpen: () => mostOpen }
}

async function read(blobs: NatsBlobs): Promise<string> {
  const opened = await blobs.open('hash')
  let text = ''
  for await (const part of (opened.ok && opened.value) || []) text += Buffer.from(part).toString()
  return text
}

const silence = () => new Error('timeout')

test('NatsBlobs asks again for a part of which no answer came, and gives up where none comes again and again', async () => {
  const lossy = storedIn(['a', 'b', 'c'], [silence(), undefined, undefined, silence()])
  assert.is(await read(lossy.blobs), 'abc')
  assert.equal(lossy.asked.sort(), ['0', '0', '0', '1', '2'])
  const silent = storedIn(['a'], Array.from({ length: 5 }, silence))
  const error = await read(silent.blobs).catch(error => error)
  assert.match((error as Error).message, /^The engine broke off in fleet.a.hash.id.0$/)
})

test('NatsBlobs asks for few parts at once, however many there are, and says which one is not there', async () => {
  const many = storedIn(
    Array.from({ length: 100 }, () => 'x'),
    [],
  )
  assert.is((await read(many.blobs)).length, 100)
  assert.is(many.mostOpen(), 8)
  const error = await read(storedIn(['a', '', 'c'], []).blobs).catch(error => error)
  assert.match((error as Error).message, /^The engine has lost a part of the image \(fleet.a.hash.id.1\)/)
})

test.run()
