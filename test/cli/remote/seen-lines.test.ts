import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SeenLines } from '../../../cli/remote/seen-lines.ts'
import type { LogEntry } from '../../../protocol/words.ts'

const nowMs = Date.parse('2026-11-28T12:00:00Z')

function line(seconds: string, text: string, run = 'web.1'): LogEntry {
  const [whole, fraction = ''] = seconds.split('.')
  return {
    time: `2026-11-28T12:00:${whole}.${fraction.padEnd(9, '0')}Z`,
    pod: 'web',
    run,
    source: 'stdout',
    tags: [],
    text,
  }
}

const textsOf = (entries: LogEntry[]) => entries.map(({ text }) => text)

test('what was printed is passed over after a loss, and what came meanwhile is not, also late lines of another run', () => {
  const seen = new SeenLines({ name: 'web', follow: true }, nowMs)
  const before = [line('20.1', 'a'), line('20.2', 'b'), line('21.0', 'c', 'web.2')]
  assert.equal(textsOf(seen.fresh(before)), ['a', 'b', 'c'])
  assert.equal(seen.again(), { name: 'web', follow: true, since: '2026-11-28T12:00:11.000000000Z' })
  const late = line('20.9', 'late', 'web.3')
  assert.equal(textsOf(seen.fresh([...before.slice(0, 2), late, line('21.0', 'c', 'web.2'), line('22', 'd')])), [
    'late',
    'd',
  ])
})

test('lines of one write have one time, and each of them counts', () => {
  const seen = new SeenLines({ follow: true }, nowMs)
  const write = [line('20', 'one'), line('20', 'two'), line('20', 'three')]
  seen.fresh(write.slice(0, 2))
  seen.again()
  assert.equal(textsOf(seen.fresh(write)), ['three'])
})

test('a second loss is as the first', () => {
  const seen = new SeenLines({ follow: true }, nowMs)
  const all = ['1', '2', '3', '4'].map(second => line(`2${second}`, second))
  seen.fresh(all.slice(0, 2))
  seen.again()
  seen.fresh(all.slice(0, 3))
  seen.again()
  assert.equal(textsOf(seen.fresh(all)), ['4'])
})

test('where only the last lines were wanted, older ones do not come after a loss', () => {
  const few = new SeenLines({ follow: true, limit: 1 }, nowMs)
  few.fresh([line('20.5', 'shown')])
  assert.equal(few.again(), { follow: true, since: '2026-11-28T12:00:20.500000000Z' })
  assert.equal(textsOf(few.fresh([line('20.4999', 'older'), line('20.5', 'shown'), line('20.6', 'new')])), ['new'])
  const none = new SeenLines({ follow: true, limit: 0 }, nowMs)
  assert.equal(none.again(), { follow: true, since: '2026-11-28T12:00:00.000000000Z' })
})

test('what was asked for is asked for again: a later beginning, an end, and all where nothing was shown', () => {
  const asked = { follow: true, since: '2026-11-28T12:00:15.000000000Z', until: '2026-11-28T13:00:00.000000000Z' }
  const seen = new SeenLines(asked, nowMs)
  assert.equal(seen.again(), asked)
  seen.fresh([line('20', 'a')])
  assert.equal(seen.again(), asked)
})

test.run()
