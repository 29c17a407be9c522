import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { attempts, type Known, type PartAt, routesAt, wayTo } from '../../../../pods/fleet/decide/way.ts'
import type { Report } from '../../../../pods/fleet/records.ts'

const up: Report = {
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] },
  routes: [{ at: 'web.test' }],
}
const asleep: Report = { ...up, status: 'idle', up: 0, asleepSince: '2026-01-01T00:00:00Z' }
const waiting: Report = { ...up, status: 'waiting', up: 0 }
const at = (host: string, part: Report = up, more: Partial<PartAt> = {}): PartAt => ({
  ...{ host, part, isAlive: true, isDirect: true },
  ...more,
})
const known: Known = { here: 'a', busy: () => 0, isFailing: () => false, random: () => 0 }
const order = (parts: PartAt[], more: Partial<Known> = {}) =>
  attempts(parts, { ...known, ...more }).map(({ host, holds }) => host + (holds ? ' holds' : ''))

test('attempts() takes this host first, then the fewest tunnels for each run, then where it sleeps; last, where it is waited for', () => {
  const busy = (host: string) => ({ b: 3, c: 1 })[host] ?? 0
  const two = { ...up, up: 4 }
  assert.equal(order([at('e', waiting), at('d', asleep), at('c'), at('b', two), at('a')], { busy }), [
    ...['a', 'b', 'c', 'd'],
    ...['a holds', 'b holds', 'c holds', 'd holds', 'e holds'],
  ])
})

test('attempts() leaves out hosts that are gone, have no direct connections, or tell of no port', () => {
  const { routes: _, ...portless } = up
  const parts = [at('b', up, { isAlive: false }), at('c', up, { isDirect: false }), at('d', portless)]
  assert.equal(order(parts), [])
  // Of this host it needs none.
  assert.equal(order([at('a', up, { isDirect: false })]), ['a', 'a holds'])
})

test('attempts() takes a host that was not reached just before last, and any of those that are equal', () => {
  assert.equal(order([at('b'), at('c')], { isFailing: host => host === 'b' }).slice(0, 2), ['c', 'b'])
  const falling = () => {
    let last = 1
    return () => {
      last -= 0.1
      return last
    }
  }
  assert.equal(order([at('b'), at('c')], { random: falling() }).slice(0, 2), ['c', 'b'])
})

test('wayTo() counts the runs that are reached, and says why none is', () => {
  const isDirect = { isDirect: true }
  assert.equal(wayTo([at('b'), at('c', { ...up, up: 2 })], isDirect), { up: 3 })
  assert.equal(wayTo([at('b'), at('c', up, { isDirect: false })], isDirect), { up: 1 })
  // It may come back, or be up elsewhere soon.
  assert.equal(wayTo([at('b', up, { isAlive: false })], isDirect), { up: 0 })
  assert.equal(wayTo([at('b', asleep)], isDirect), { up: 0 })
  assert.match(wayTo([at('b', up, { isDirect: false })], isDirect).problem ?? '', /^b: there are no direct connections/)
  assert.match(wayTo([at('b')], { isDirect: false }).problem ?? '', /^this host has no direct connections/)
})

test('routesAt() has each route once, whichever hosts tell it', () => {
  const more = { ...up, routes: [{ at: 'web.test' }, { at: 'b.test/x', strip: true }] }
  assert.equal(
    routesAt([at('b', more), at('c'), at('d', { ...up, routes: [] })]).map(route => route.at),
    ['web.test', 'b.test/x'],
  )
})

test.run()
