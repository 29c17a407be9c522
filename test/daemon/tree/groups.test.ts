import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Groups } from '../../../daemon/tree/groups.ts'
import type { Group } from '../../../protocol/group.ts'

test('Groups says which groups a pod is in, and tells which have changed', () => {
  const groups = new Groups()
  const told: string[][] = []
  const unwatch = groups.watch(names => told.push([...names].sort()))
  const web = { members: { one: 90, two: 10 }, sticky: 'cookie' }
  groups.replace(new Map([['web', web]]))
  assert.equal(groups.of('two'), [{ name: 'web', weight: 10, sticky: 'cookie' }])
  assert.is(groups.get('web'), web)
  const of = groups.of('one')
  assert.is(groups.of('one'), of)
  groups.replace(
    new Map<string, Group>([
      ['web', web],
      ['all', { members: { one: 1 } }],
    ]),
  )
  assert.equal(
    groups.of('one').map(({ name }) => name),
    ['web', 'all'],
  )
  groups.replace(new Map([['all', { members: { one: 2 } }]]))
  assert.equal(groups.of('two'), [])
  unwatch()
  groups.replace(new Map())
  assert.equal(told, [['web'], ['all'], ['all', 'web']])
})

test.run()
