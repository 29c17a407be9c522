// The port where it speaks TLS: handshakes that are cut, damaged or none, and whatever comes behind them.
import assert from 'node:assert/strict'
import type net from 'node:net'
import { Duplex } from 'node:stream'
import tls from 'node:tls'
import fc from 'fast-check'
import { asItIs, TestHost } from '../../../test/e2e/harness.ts'
import { dial, exchangeBytes, type Leaving, leaving } from '../exchange.ts'
import { cuts, inChunks } from '../garbage.ts'
import { messageText } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'
import { checkTold } from '../told.ts'
import { closeWatched, Watched } from '../watched.ts'
import { checkHttp, httpBytes } from './http.ts'

const garbage = fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes))
/** A record of each type that there is, of a length that is not its own. */
const record = fc
  .tuple(fc.constantFrom(20, 21, 22, 23, 24), fc.constantFrom(0x0301, 0x0303, 0x0304, 0xffff), fc.nat(0xffff), garbage)
  .map(([type, version, length, body]) => {
    const head = Buffer.from([type, version >> 8, version & 0xff, length >> 8, length & 0xff])
    return Buffer.concat([head, body])
  })

const raw = fc.record({
  kind: fc.constant('raw' as const),
  bytes: fc.oneof(
    record,
    garbage,
    messageText.map(text => Buffer.from(`${text}\n`)),
  ),
  leaving,
  cuts,
})
const cut = fc.record({
  kind: fc.constant('cut' as const),
  /** How many bytes of the client's come through; all of a handshake are some 1,500 with the hello of some 400. */
  at: fc.oneof(fc.nat(600), fc.nat(3000), fc.constant(1e9)),
  /** What comes in place of the next one. */
  put: fc.oneof(fc.constant(Buffer.alloc(0)), garbage, record),
  /** What the client says once both have agreed. */
  lines: fc.array(messageText, { maxLength: 3 }),
  isHttp: fc.boolean(),
  http: httpBytes,
  isAuthorized: fc.boolean(),
  leaving,
  cuts,
})
const clear = fc.record({
  kind: fc.constant('clear' as const),
  http: httpBytes,
  isAuthorized: fc.boolean(),
  leaving,
  cuts,
})

type Cut = Extract<typeof cut extends fc.Arbitrary<infer T> ? T : never, object>

export const tlsPort: Target = {
  id: 'tls',
  promise: 'a port that speaks TLS answers nobody in the clear, and goes on whatever becomes of a handshake',
  open: async () => {
    const host = new TestHost(asItIs)
    await host.up('--tls')
    const watched = new Watched(host)
    const to = () => dial({ host: '127.0.0.1', port: host.port })
    return {
      property: holdsFor(fc.oneof(raw, { weight: 3, arbitrary: cut }, clear), async said => {
        if (said.kind === 'cut') await cutOff(to(), said, host.token)
        else {
          const bytes = said.kind === 'raw' ? said.bytes : said.http(said.isAuthorized ? host.token : undefined)
          const chunks = inChunks(bytes, said.cuts)
          checkInTheClear(await exchangeBytes(to(), { chunks, leaving: said.leaving }))
        }
        watched.check()
      }),
      close: async () => await closeWatched(host, watched),
    }
  },
}

async function cutOff(wire: net.Socket, said: Cut, token: string): Promise<void> {
  const known = said.isAuthorized ? token : undefined
  const bytes = said.isHttp ? said.http(known) : linesOf(said.lines, known)
  const socket = tls.connect({ socket: new CutWire(wire, said), rejectUnauthorized: false })
  const chunks = inChunks(bytes, said.cuts)
  const answer = (await exchangeBytes(socket, { chunks, leaving: said.leaving, wire })).toString()
  if (said.isHttp) checkHttp(answer, said.isAuthorized)
  else checkTold(answer, said.isAuthorized)
}

function linesOf(lines: string[], token: string | undefined): Buffer {
  const auth = { jsonrpc: '2.0', id: 'auth', method: 'host.auth', params: { token } }
  // A letter would make it HTTP.
  return Buffer.from(`${[...(token ? [JSON.stringify(auth)] : []), ...lines].join('\n')}\n`.replace(/^[A-Za-z]/, '{'))
}

/** An alert, or that nothing is said here but TLS. */
function checkInTheClear(answer: Buffer): void {
  const [type] = answer
  // A handshake may have begun, or an alert been sent.
  if (type === undefined || type === 21 || type === 22) return
  const text = answer.toString()
  assert.match(text, /"code":"unsupported"/)
  assert.doesNotMatch(text, /"result"/)
}

/** A wire of which a client's first `at` bytes come through, and then something else. */
class CutWire extends Duplex {
  #wire: net.Socket
  #left: number
  #put: Buffer
  #leaving: Leaving

  constructor(wire: net.Socket, { at, put, leaving }: { at: number; put: Buffer; leaving: Leaving }) {
    super()
    this.#wire = wire
    this.#left = at
    this.#put = put
    this.#leaving = leaving
    wire.on('data', part => void this.push(part))
    wire.on('end', () => void this.push(null))
    wire.on('close', () => this.destroy())
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    if (this.#left > 0) this.#wire.write(chunk.subarray(0, this.#left))
    const isCut = this.#left > 0 && chunk.length > this.#left
    this.#left -= chunk.length
    if (isCut) {
      this.#wire.write(this.#put)
      if (this.#leaving === 'reset') this.#wire.resetAndDestroy()
      else this.#wire.end()
    }
    done()
  }

  override _final(done: () => void): void {
    this.#wire.end()
    done()
  }

  override _read(): void {}
}
