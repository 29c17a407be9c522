// Names and numbers of signals, and how a process ends by its line in /proc.
import { constants } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endingOf, signalNumber } from '../../protocol/signals.ts'

const { signals } = constants
const stat = (status: number | string) => `4711 (a ) b) Z 1 ${'0 '.repeat(47)}${status}\n`

test('endingOf() tells a code from a signal, also a real-time one and one that left a core', () => {
  const ending = (status: number) => endingOf(stat(status), signals)
  assert.equal(ending(3 << 8), { code: 3, signal: null })
  assert.equal(ending(9), { code: null, signal: 'SIGKILL' })
  assert.equal(ending(0x80 | 11), { code: null, signal: 'SIGSEGV' })
  assert.equal(
    [34, 40, 64, 33].map(number => ending(number)?.signal),
    ['SIGRTMIN', 'SIGRTMIN+6', 'SIGRTMIN+30', 'SIG33'],
  )
})

test('endingOf() says nothing of a process that may go on, or whose line is cut', () => {
  for (const text of [stat(0), stat(''), '', '4711 (a) Z 1']) assert.is(endingOf(text, signals), undefined)
})

test('signalNumber() is the number behind each name', () => {
  for (const number of [1, 9, 15, 33, 34, 40, 64])
    assert.is(signalNumber(endingOf(stat(number), signals)?.signal ?? '', signals), number)
  for (const name of ['', 'TERM', 'SIGNO', 'constructor']) assert.is(signalNumber(name, signals), undefined)
})

test.run()
