import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorsText, gatewaysOf, routesOf } from '../../../page/state/gateway.ts'
import { podStatus } from '../../pod-status.ts'

test('gatewaysOf() knows a gateway by what it exports, while it is up', () => {
  const exports = ['routes', 'stats', 'count', 'reread']
  const pods = [
    podStatus('edge', { status: 'up', exports }),
    podStatus('down', { status: 'error', exports }),
    podStatus('web', { status: 'up', exports: ['stats'] }),
  ]
  assert.equal(
    gatewaysOf(pods).map(({ name }) => name),
    ['edge'],
  )
})

test('routesOf() has the routes of pods and of groups, each once', () => {
  const groups = [{ name: 'shop', weight: 50, route: [{ at: 'shop.example' }] }]
  const rows = routesOf([
    podStatus('web', { config: { route: [{ at: 'b.example' }, { at: 'a.example/api' }] } }),
    podStatus('one', { path: 'inner', groups }),
    podStatus('two', { path: 'inner', groups }),
  ])
  assert.equal(
    rows.map(({ at, to }) => [at, to]),
    [
      ['a.example/api', 'web'],
      ['b.example', 'web'],
      ['shop.example', 'inner.shop'],
    ],
  )
})

test('errorsText() is the codes with their counts', () => {
  assert.is(errorsText({ no_route: 3, failed: 1 }), 'no_route 3, failed 1')
  assert.is(errorsText({}), '')
})

test.run()
