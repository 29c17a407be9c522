import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { figuresOf } from '../../../pods/fleet/figures.ts'

test('figuresOf() counts the hosts and the pods of a fleet by their states, and what runs on those that are there', () => {
  const hosts = [
    { name: 'a', status: 'active', runs: 3 },
    { name: 'b', status: 'draining', runs: 1 },
    { name: 'c', status: 'gone', runs: 9 },
  ] as const
  const fleet = { fleet: 'f', host: 'a', engine: {}, isUp: true, problem: '', keeper: '', hosts: [...hosts], pods: 4 }
  assert.equal(figuresOf(fleet, ['up', 'waiting', 'up', 'error']), {
    ...{ isUp: true, isWell: true, pods: 4, runs: 4 },
    hosts: { active: 1, cordoned: 0, draining: 1, gone: 1 },
    states: { idle: 0, waiting: 1, up: 2, error: 1 },
  })
  assert.is(figuresOf({ ...fleet, problem: 'it is silent' }, []).isWell, false)
})

test.run()
