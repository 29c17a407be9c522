import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fragmentOf, routeOf, tabs, views } from '../../../page/state/route.ts'

test('routeOf() is the way back of fragmentOf()', () => {
  for (const view of views) assert.equal(routeOf(fragmentOf({ view })), { view, tab: 'overview' })
  for (const tab of tabs) {
    const place = { view: 'pods' as const, pod: 'inner.web', tab }
    assert.equal(routeOf(fragmentOf(place)), place)
  }
})

test('routeOf() takes what is no place for the list of pods', () => {
  for (const fragment of ['', '#', '#/', '#/nowhere', '#code=abc', '#/pods/%E0%A4%A']) {
    assert.equal(routeOf(fragment), { view: 'pods', tab: 'overview' }, fragment)
  }
})

test.run()
