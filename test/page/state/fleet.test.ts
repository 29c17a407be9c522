import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fleetOf, mayBeFleets } from '../../../page/state/fleet.ts'
import { podStatus } from '../../pod-status.ts'

test('mayBeFleets() are the hosts within that a pod makes which is up and called so', () => {
  const pods = [
    podStatus('fleet', { status: 'up' }),
    podStatus('down', { status: 'error' }),
    podStatus('web', { status: 'up' }),
  ]
  assert.equal(mayBeFleets(['fleet', 'fleet.a', 'down', 'team'], pods), ['fleet'])
})

test('fleetOf() is what a host says that is a fleet', () => {
  const hosts = [{ name: 'a', status: 'active', tags: ['gpu'], pods: 1, runs: 2, p8a: '1.0.0' }]
  const told = { version: '1.0.0', fleet: { host: 'a', isUp: true, problem: '', hosts } }
  assert.equal(fleetOf('fleet', told), { path: 'fleet', host: 'a', isUp: true, problem: '', hosts })
  for (const other of [{ version: '1.0.0' }, { fleet: 'mine' }, null]) assert.is(fleetOf('team', other), undefined)
})

test.run()
