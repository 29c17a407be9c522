// Which step comes next for the servers of an engine. How steps follow on one another is tried in test/pods/fleet/security/cluster.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  addressesOf,
  Busy,
  isOneOfThem,
  nextStep,
  withServer,
  withStep,
} from '../../../../pods/fleet/decide/servers.ts'
import type { EngineServer } from '../../../../pods/fleet/records.ts'

/** Such as `a1 a2s b3-`: by their hosts, with a number; `s` for a spare, `-` for one that is leaving. */
const servers = (text: string): EngineServer[] =>
  text.split(' ').map(word => ({
    ...{ name: word.slice(0, 2), host: word.slice(0, 1), address: `${word.slice(0, 2)}:1`, route: 'r:1' },
    ...{ isSpare: word.includes('s'), isLeaving: word.includes('-') },
  }))
const stepOf = (text: string, away: readonly string[] = []) => {
  const all = servers(text)
  const present = new Set(all.map(({ name }) => name).filter(name => !away.includes(name)))
  const step = nextStep({ servers: all }, present)
  return 'name' in step ? `${step.do} ${step.name}` : step.do
}

test('nextStep() keeps three servers, on as many hosts as give one', () => {
  for (const [text, expected] of [
    ['a1 a2s a3s', 'nothing'],
    ['a1 a2s a3s b4', 'retire a3'],
    ['a1 a2s a3s- b4', 'end a3'],
    ['a1 a2s b4 c5', 'retire a2'],
    ['a1 b4 c5', 'nothing'],
    ['a1 b4 c5-', 'addSpare'],
    ['a1 b4 c5- a6s', 'end c5'],
    ['a1 a2 a3 b4', 'retire a3'],
    ['a1 b2 c3 d4', 'nothing'],
  ] as const)
    assert.is(stepOf(text), expected, text)
})

test('nextStep() ends no server while one that is to stay is away, and replaces none by one that is not there', () => {
  assert.is(stepOf('a1 a2s a3s b4', ['b4']), 'nothing')
  assert.is(stepOf('a1 b4 c5- a6s', ['b4']), 'nothing')
  assert.is(stepOf('a1 b4 c5- a6s', ['a6']), 'nothing')
  assert.is(stepOf('a1 b4 c5- a6s', ['c5']), 'end c5')
  assert.is(stepOf('a1 b4 c5-', ['b4', 'c5']), 'addSpare')
})

test('addressesOf() tells hosts of no spare, and of none that is leaving', () => {
  assert.equal(addressesOf({ servers: servers('a1 a2s b3 c4-') }), ['a1:1', 'b3:1'])
})

test('withStep() notes which have ended, so that a host that was away may remove what they have kept', () => {
  const record = { v: 1 as const, servers: servers('a1 b2 c3 d4-'), made: 4, ended: [] }
  const after = withStep(record, { do: 'end', name: 'd4' })
  assert.equal([after.servers.length, after.ended], [3, ['d4']])
})

test('withServer() takes a further one only once nobody comes or goes, and whoever is refused till then may ask again', () => {
  const asked = (text: string) => () =>
    withServer(
      { v: 1, servers: servers(text), made: 9, ended: [] },
      { host: 'x', address: 'x:1', route: 'x:101', isSpare: false },
      made => `x${made}`,
    )
  // Where one has gone, and no spare stands in yet, there is room.
  for (const text of ['a1 a2s b3', 'a1 b3']) assert.is(asked(text)().servers.at(-1)?.name, 'x10')
  for (const text of ['a1 a2s a3s b4', 'a1 a2s a3s- b4', 'a1 a2s b3-', 'a1 b2 c3-'])
    assert.throws(asked(text), (e: Error) => e instanceof Busy)
  for (const text of ['a1 b2 c3', 'a1 a2s b3 c4 x5'])
    assert.throws(asked(text), (e: Error) => !(e instanceof Busy), text)
})

test('isOneOfThem() knows a server that is there by what has come of it, also where a further one has come since', () => {
  for (const [text, expected] of [
    ['a1 a2s a3s b4', false],
    ['a1 a2s a3s- b4', false],
    ['a1 a2s b4', true],
    ['a1 a2s b4 c5', true],
    ['a1 a2s- b4 c5', true],
    ['a1 b4 a6s c5-', true],
    ['a1 b4- a6s c5', false],
    ['a1 a2s a3s', false],
  ] as const)
    assert.is(isOneOfThem({ servers: servers(text) }, 'b4'), expected, text)
})

test.run()
