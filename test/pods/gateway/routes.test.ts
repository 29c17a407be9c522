import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podNamed, type Routed, routesOf } from '../../../pods/gateway/routes.ts'

const pod = (...at: string[]): Routed => ({ want: 'up', config: { route: at.map(text => ({ at: text })) } })
const routes = routesOf([
  ['web', pod('example.com', '*.example.com')],
  ['api', pod('example.com/api')],
  ['deep', pod('example.com/api/deep', 'a.dev.example.com/only')],
  ['dev', pod('*.dev.example.com')],
  ['health', pod('*/health')],
  ['none', { want: 'up', config: {} }],
])
const found = (host: string, path = '/') => routes.find(host, path)?.pod

test('routesOf() finds the exact host before the longest wildcard, and of these the longest path', () => {
  assert.equal(found('example.com'), 'web')
  assert.equal(found('example.com', '/x/y'), 'web')
  assert.equal(found('x.example.com'), 'web')
  assert.equal(found('x.y.example.com'), 'web')
  assert.equal(found('x.dev.example.com'), 'dev')
  assert.equal(found('example.com', '/api'), 'api')
  assert.equal(found('example.com', '/api/x'), 'api')
  assert.equal(found('example.com', '/api/deep'), 'deep')
  assert.equal(found('example.com', '/api/deep/'), 'deep')
})

test('routesOf() ends a path at a segment, and looks on where a host has no path for a request', () => {
  assert.equal(found('example.com', '/apis'), 'web')
  assert.equal(found('example.com', '/api/deeper'), 'api')
  assert.equal(found('a.dev.example.com', '/only/x'), 'deep')
  assert.equal(found('a.dev.example.com', '/other'), 'dev')
  assert.equal(found('other.org', '/health'), 'health')
  assert.equal(found('other.org', '/'), undefined)
})

test('routesOf() lists all routes in the order of their hosts, with the number of segments of each', () => {
  assert.equal(
    routes.all.map(({ host, path, segments }) => [host, path, segments]),
    [
      ['*', '/health', 1],
      ['*.dev.example.com', '/', 0],
      ['*.example.com', '/', 0],
      ['a.dev.example.com', '/only', 1],
      ['example.com', '/api/deep', 2],
      ['example.com', '/api', 1],
      ['example.com', '/', 0],
    ],
  )
})

test('routesOf() says which names within a wildcard other pods have, where a path is within both', () => {
  const { all, exceptionsOf } = routesOf([
    ['any', pod('*')],
    ['wild', pod('*.example.com', 'own.example.com', '*.paths.test/api')],
    ['x', pod('x.example.com')],
    ['part', pod('y.example.com/api')],
    ['deep', pod('*.dev.example.com')],
    ['beside', pod('example.com', 'an-example.com')],
    ['stopped', { ...pod('z.example.com'), want: 'idle' }],
    ['inner', pod('a.paths.test/api/x', 'b.paths.test/other', 'c.paths.test')],
  ])
  const exceptions = Object.fromEntries(
    all.map(route => [route.host, exceptionsOf(route).map(({ at, pod }) => `${pod}: ${at}`)]),
  )
  assert.equal(exceptions['*.example.com'], ['deep: *.dev.example.com', 'x: x.example.com', 'part: y.example.com/api'])
  assert.equal(exceptions['*.paths.test'], ['inner: a.paths.test/api/x', 'inner: c.paths.test'])
  assert.equal(exceptions['x.example.com'], [])
  assert.is(exceptions['*']?.length, 11)
})

test('routesOf() gives a route that two have to the pod that says so itself, and tells of what a rule cannot give', () => {
  const ruled = (at: string, want = 'up'): Routed => ({ want, config: { route: [{ at, isRuled: true }] } })
  const group = { route: [{ at: 'group.test' }], members: [{ pod: 'member' }] }
  const { find, clashes } = routesOf(
    [
      ['stopped', ruled('a.test', 'idle')],
      ['second', ruled('a.test')],
      ['first', ruled('a.test')],
      ['third', ruled('b.test/x')],
      ['own', pod('b.test/x')],
      ['member', ruled('group.test')],
      ['stranger', ruled('group.test')],
    ],
    [['group', group]],
  )
  assert.equal(
    [find('a.test', '/')?.pod, find('b.test', '/x')?.pod, find('group.test', '/')?.pod],
    ['first', 'own', 'group'],
  )
  const byPod = clashes.map(({ pod, at, holder }) => `${pod} ${at} ${holder}`).sort()
  assert.equal(byPod, ['second a.test first', 'stranger group.test group', 'third b.test/x own'])
})

test('routesOf() gives a route to what is here, and to what is on other machines only where that takes nothing', () => {
  const at = (status: string, more: Partial<Routed> = {}): Routed => ({ ...pod('web.test'), status, ...more })
  const sleeps = { asleepSince: '2026-01-01T00:00:00Z' }
  const holder = (here: Routed, elsewhere: Routed) =>
    [
      [['fleet.a.web', here] as const, ['fleet.web', elsewhere] as const],
      [['fleet.web', elsewhere] as const, ['fleet.a.web', here] as const],
    ].map(pods => routesOf(pods).find('web.test', '/')?.pod)
  const [here, away] = ['fleet.a.web', 'fleet.web']
  assert.equal(holder(at('up'), at('up', { elsewhere: { up: 1 } })), [here, here])
  assert.equal(holder(at('idle', sleeps), at('up', { elsewhere: { up: 1 } })), [here, here])
  assert.equal(holder(at('error'), at('waiting', { elsewhere: { up: 1 } })), [away, away])
  assert.equal(holder(at('error'), at('idle', { elsewhere: { up: 0 }, ...sleeps })), [away, away])
  assert.equal(holder(at('waiting'), at('waiting', { elsewhere: { up: 0 } })), [here, here])
  assert.equal(holder(at('idle', { want: 'idle' }), at('waiting', { elsewhere: { up: 0 } })), [away, away])
  // A group is for its route whatever becomes of its members.
  const group = { route: [{ at: 'web.test' }], members: [{ pod: 'member' }] }
  const { find } = routesOf([['fleet.web', at('up', { elsewhere: { up: 1 } })]], [['group', group]])
  assert.is(find('web.test', '/')?.pod, 'group')
})

test('podNamed() reads the labels before a domain as the name of a pod, of this host or one within', () => {
  assert.is(podNamed('web.example.com', 'example.com'), 'web')
  assert.is(podNamed('web.inner.example.com', 'example.com'), 'inner.web')
  assert.is(podNamed('example.com', 'example.com'), undefined)
  assert.is(podNamed('webexample.com', 'example.com'), undefined)
})

test.run()
