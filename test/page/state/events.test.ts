import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isShown, typesIn, withNewer } from '../../../page/state/events.ts'
import type { HostEvent } from '../../../protocol/events.ts'

const event = (number: number, more: object = {}) =>
  ({ number, at: '2026-11-20T10:00:00Z', type: 'ready', path: '', pod: 'web', run: 'web.1', ...more }) as HostEvent
const numbers = (events: readonly HostEvent[]) => events.map(({ number }) => number)

test('withNewer() puts what comes before what is known, and keeps the newest', () => {
  assert.equal(numbers(withNewer([event(2), event(1)], [event(3), event(4)])), [4, 3, 2, 1])
  const many = Array.from({ length: 1000 }, (_, at) => event(1000 - at))
  const kept = numbers(withNewer(many, [event(1001)]))
  assert.equal([kept.length, kept[0], kept.at(-1)], [1000, 1001, 2])
})

test('typesIn() names each type once, and the one that is chosen', () => {
  const events = [event(1), event(2, { type: 'crashed' }), event(3)]
  assert.equal(typesIn(events, ''), ['crashed', 'ready'])
  assert.equal(typesIn(events, 'up'), ['crashed', 'ready', 'up'])
})

test('isShown() goes by the type, and by a part of the names and facts', () => {
  const crashed = event(1, { type: 'crashed', path: 'inner', code: 7, message: 'No Database' })
  for (const [type, text, expected] of [
    ['', '', true],
    ['crashed', '', true],
    ['ready', '', false],
    ['', ' database ', true],
    ['', 'INNER', true],
    ['', 'code 7', true],
    ['', 'code 8', false],
    ['ready', 'database', false],
  ] as const)
    assert.is(isShown(crashed, { type, text }), expected, `${type} ${text}`)
  assert.is(isShown(event(1, { pod: undefined }), { type: '', text: 'web.1' }), true)
})

test.run()
