// WebSockets through the gateway as bytes, by the list of the Autobahn suite (1 to 10): each case is what one side writes, in parts of some
// size, and the other side must get exactly that: what is wrong in it is for the two sides to find. Not here: compression (12, 13), which
// websockets.test.ts has by a library, since it is nothing but other payloads and a reserved bit.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { type FrameParts, frame } from './frame.ts'
import { readUntil, type Standing, standing } from './standing.ts'

const ask = 'GET / HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const yes = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const none = () => {}

/** Two bare connections that speak as WebSockets do. */
async function joined(at: Standing): Promise<{ client: Socket; inner: Socket }> {
  const upgraded = once(at.pod, 'upgrade')
  const client = at.dial()
  client.on('error', () => {})
  client.write(ask)
  const [, inner] = (await upgraded) as [unknown, Socket]
  inner.on('error', () => {})
  inner.write(yes)
  await readUntil(client, /\r\n\r\n$/)
  return { client, inner }
}

function gather(socket: Socket): () => Buffer {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  return () => Buffer.concat(parts)
}

const text = (payload: string, more: FrameParts = {}) => frame({ payload: Buffer.from(payload), ...more })
const binary = (bytes: number) => frame({ opcode: 2, payload: Buffer.alloc(bytes, 0xfe) })
const close = (code: number, why = '') =>
  frame({ opcode: 8, payload: Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(why)]) })
const lengths = [0, 125, 126, 127, 128, 65_535, 65_536]

/** By the numbers of the suite. */
const cases: Record<string, Buffer[]> = {
  '1.1 text of all lengths': lengths.map(length => text('*'.repeat(length))),
  '1.2 bytes of all lengths': lengths.map(binary),
  '2 pings': [0, 4, 125, 126].map(length => frame({ opcode: 9, payload: Buffer.alloc(length, 0xff) })),
  '2.7 to 2.9 pongs nobody asked for': [
    text('', { opcode: 10 }),
    text('payload', { opcode: 10 }),
    text('', { opcode: 9 }),
  ],
  '3 reserved bits': [1, 2, 3, 4, 5, 6, 7].map(reserved => text('Hello', { reserved })),
  '4.1 opcodes that there are not': [3, 4, 5, 6, 7].map(opcode => text('Hello', { opcode })),
  '4.2 control opcodes that there are not': [11, 12, 13, 14, 15].map(opcode => text('', { opcode })),
  '5 fragments': [text('one', { isLast: false }), text('ping', { opcode: 9 }), text('two', { opcode: 0 })],
  '5 a fragmented ping, a fragment of nothing': [text('f', { opcode: 9, isLast: false }), text('g', { opcode: 0 })],
  '6 text that is none': [frame({ payload: Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex') })],
  '6.2 text in all its bytes': [...Buffer.from('Hello-µ@ßöäüàá-UTF-8!!')].map((byte, at, all) =>
    frame({ payload: Buffer.of(byte), opcode: at === 0 ? 1 : 0, isLast: at === all.length - 1 }),
  ),
  '7 closes': [close(1000), close(4999, 'x'.repeat(123)), text('after it')],
  '7.9 codes that there are not': [0, 999, 1004, 1005, 1006, 1016, 2999, 5000, 65_535].map(code => close(code)),
  '7.3 closes that are too short, or too long': [
    frame({ opcode: 8, payload: Buffer.of(3) }),
    close(1000, 'x'.repeat(124)),
  ],
  '9 4 MB': [binary(2 ** 22)],
  '9.3 in fragments of 64': Array.from({ length: 500 }, (_, at) =>
    frame({ opcode: at === 0 ? 2 : 0, isLast: at === 499, payload: Buffer.alloc(64, at) }),
  ),
  '10 many small ones': Array.from({ length: 1000 }, (_, at) => text(`message ${at}`)),
}

test('what each case of the Autobahn list writes, the other side gets, from both sides and in parts of all sizes', async () => {
  await standing(none, async at => {
    for (const [name, frames] of Object.entries(cases)) {
      const all = Buffer.concat(frames)
      const { client, inner } = await joined(at)
      for (const [from, to] of [
        [client, inner],
        [inner, client],
      ] as const) {
        const got = gather(to)
        const step = all.length < 1000 ? 1 : Math.ceil(all.length / 97)
        for (let at = 0; at < all.length; at += step) {
          from.write(all.subarray(at, at + step))
          if ((at / step) % 8 === 0) await new Promise(setImmediate)
        }
        await until(() => got().length >= all.length, name, { everyMs: 1 })
        assert.ok(got().equals(all), name)
      }
      client.destroy()
      inner.destroy()
    }
  })
})

/** What a client is told that is to come back. */
const restart = Buffer.of(0x88, 2, 0x03, 0xf4)

test('drain() tells a client 1012 behind a whole frame of its pod, and what the pod says goes on', async () => {
  await standing(none, async at => {
    const [one, two] = [binary(300), text('two')]
    const quiet = await joined(at)
    const heard = gather(quiet.client)
    const busy = await joined(at)
    const got = gather(busy.client)
    busy.inner.write(one.subarray(0, 100))
    await until(() => got().length === 100, 'half a frame has come')
    at.gateway.drain()
    await until(() => heard().equals(restart), 'one in which nothing is under way is told at once')
    busy.inner.write(one.subarray(100, 200))
    await until(() => got().length === 200, 'more has come')
    busy.inner.write(Buffer.concat([one.subarray(200), two]))
    const whole = Buffer.concat([one, restart, two])
    await until(() => got().length >= whole.length, 'all has come')
    assert.ok(got().equals(whole))
    const upgraded = once(at.pod, 'upgrade')
    const late = at.dial()
    const ofLate = gather(late)
    late.write(ask)
    const [, inner] = (await upgraded) as [unknown, Socket]
    inner.write(yes)
    await until(() => ofLate().subarray(-4).equals(restart), 'one that is joined after that is told, too')
    assert.match(String(ofLate()), /^HTTP\/1\.1 101 /)
    for (const socket of [late, inner, ...[quiet, busy].flatMap(({ client, inner }) => [client, inner])])
      socket.destroy()
  })
})

test.run()
