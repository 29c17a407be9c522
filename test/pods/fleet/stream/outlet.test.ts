import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Outlet } from '../../../../pods/fleet/stream/outlet.ts'
import { PieceReader } from '../../../../pods/fleet/stream/pieces.ts'

const test = suite('outlet')

const limits = { mostValues: 2, mostBytes: 100 }
const all = { most: 1000, waitMs: 60_000 }
const valuesIn = (bytes: Uint8Array) => new PieceReader().push(bytes).map(piece => 'value' in piece && piece.value)

test('Outlet gives again what was asked for again, and lets go of it once more is asked for', async () => {
  const outlet = new Outlet(limits)
  outlet.put({ t: 'value', value: 1 })
  const { bytes, isLast } = await outlet.take(0, all)
  assert.equal([valuesIn(bytes), isLast], [[1], false])
  assert.equal((await outlet.take(0, all)).bytes, bytes)
  outlet.put({ t: 'end', value: 2 })
  const last = await outlet.take(bytes.byteLength, all)
  assert.equal([valuesIn(last.bytes), last.isLast], [[2], true])
  const gone = await outlet.take(0, all).catch(error => error)
  assert.instance(gone, RangeError)
})

test('Outlet gives no more than is asked for, and says what is the last of it', async () => {
  const outlet = new Outlet(limits)
  outlet.put({ t: 'end', value: 'a long answer' })
  const parts: Uint8Array[] = []
  for (let from = 0, isOver = false; !isOver; ) {
    const { bytes, isLast } = await outlet.take(from, { ...all, most: 4 })
    assert.ok(bytes.byteLength <= 4)
    parts.push(bytes)
    from += bytes.byteLength
    isOver = isLast
  }
  assert.equal(valuesIn(Buffer.concat(parts)), ['a long answer'])
})

test('room() waits until values were taken, and learns that nobody takes them', async () => {
  const outlet = new Outlet(limits)
  assert.is(await outlet.room(), true)
  outlet.put({ t: 'value', value: 1 })
  outlet.put({ t: 'value', value: 2 })
  let isRoom: boolean | undefined
  const waiting = outlet.room().then(is => {
    isRoom = is
  })
  const { bytes } = await outlet.take(0, all)
  assert.is(isRoom, undefined)
  await outlet.take(bytes.byteLength, { ...all, most: 0 })
  await waiting
  assert.is(isRoom, true)
  outlet.put({ t: 'value', value: 'x'.repeat(200) })
  const left = outlet.room()
  outlet.leaving.abort()
  assert.is(await left, false)
})

test('take() waits for what comes, and no longer than it is told to', async () => {
  const outlet = new Outlet(limits)
  const waiting = outlet.take(0, all)
  outlet.put({ t: 'value', value: 1 })
  assert.equal(valuesIn((await waiting).bytes), [1])
  const empty = await new Outlet(limits).take(0, { ...all, waitMs: 1 })
  assert.equal([empty.bytes.byteLength, empty.isLast], [0, false])
})

test.run()
