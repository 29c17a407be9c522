import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fleetLabel } from '../../pods/fleet/host/here.ts'
import { wholeOf } from '../../protocol/fleet-part.ts'
import { podStatus } from '../pod-status.ts'

test('wholeOf() knows what a fleet has brought by the label that the fleet gives it', () => {
  const labels = { [fleetLabel]: '1/1' }
  assert.is(wholeOf(podStatus('web', { path: 'fleet.a', labels })), 'fleet.web')
  assert.is(wholeOf(podStatus('web', { path: 'team.fleet.a', labels })), 'team.fleet.web')
  assert.is(wholeOf(podStatus('web', { path: 'fleet.a' })), undefined)
  assert.is(wholeOf(podStatus('web', { labels })), undefined)
  assert.is(wholeOf(podStatus('web', { path: 'fleet', labels })), undefined)
})

test.run()
