// What comes of numbers that JavaScript cannot hold.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LongNumber, parseMessage, parseTyped } from '../../protocol/long-numbers.ts'

const long = '18446744073709551615'

test('parseMessage() keeps the digits of an id, and sends them back as a number', () => {
  for (const digits of [long, '9007199254740993', '-9007199254740995', '1795868455672123457', '9007199254740993.5']) {
    const { id } = parseMessage(`{"jsonrpc":"2.0","id":${digits}}`) as { id: unknown }
    assert.instance(id, LongNumber)
    assert.is(JSON.stringify({ id }), `{"id":${digits}}`)
    assert.is(String(id), digits)
  }
})

test('parseMessage() tells the ids of a batch apart', () => {
  const batch = parseMessage('[{"id":9007199254740993},{"id":9007199254740992},3,null,[9007199254740993]]')
  assert.is(JSON.stringify(batch), '[{"id":9007199254740993},{"id":9007199254740992},3,null,["9007199254740993"]]')
})

test('parseMessage() makes texts of long numbers elsewhere, however deep', () => {
  const text = `{"id":1,"params":{"id":${long},"args":[${long},{"id":-${long}}, "${long}"]}}`
  assert.equal(parseMessage(text), { id: 1, params: { id: long, args: [long, { id: `-${long}` }, long] } })
})

test('parseMessage() leaves numbers that JavaScript prints so itself', () => {
  for (const number of [1, -0.5, 2 ** 53, 1e20, 1e21, 1e300, Number.MAX_VALUE, 0.1234567890123456]) {
    assert.equal(parseMessage(`{"id":${number},"params":[${number}]}`), { id: number, params: [number] })
  }
  assert.equal(parseMessage('[1e30,1E5,-0]'), [1e30, 1e5, -0])
})

test('parseMessage() makes a text of what would be infinite', () => {
  assert.equal(parseMessage('{"params":[1e400]}'), { params: ['1e400'] })
})

test('parseMessage() looks into no text', () => {
  const texts = [long, `a "${long}`, `\\${long}\\"${long}\\\\`, 'e1', '\\']
  assert.equal(parseMessage(JSON.stringify({ texts, id: texts[1] })), { texts, id: texts[1] })
})

test('parseMessage() refuses what is not JSON', () => {
  for (const text of [`{"id":${long}`, `{"id":1-${long}}`, `{"id":0${long}}`, `"${long}`, `${long}x`, '-', '--1e5']) {
    assert.throws(
      () => parseMessage(text),
      (error: unknown) => error instanceof SyntaxError,
      text,
    )
  }
})

test('parseTyped() makes a text of each integer beyond 2^53', () => {
  assert.equal(parseTyped(`[${long}, 9007199254740992, 9007199254740991, 1e30, {"id": -${long}}]`), [
    long,
    '9007199254740992',
    9007199254740991,
    1e30,
    { id: `-${long}` },
  ])
  assert.is(parseTyped('76561197994888976'), '76561197994888976')
})

test.run()
