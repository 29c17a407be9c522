import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decideQuota } from '../../../daemon/lifecycle/quota.ts'

const runs = [
  { key: 'team.small.1', memory: 10 },
  { key: 'team.large.1', memory: 60 },
  { key: 'team.web.1', memory: 40 },
]

test('decideQuota() ends the largest runs until the rest of them fit, and none where they do', () => {
  const keysAt = (most: number) => decideQuota(runs, { path: 'team', most }).keys
  assert.equal(keysAt(110), [])
  assert.equal(keysAt(109), ['team.large.1'])
  assert.equal(keysAt(50), ['team.large.1'])
  assert.equal(keysAt(49), ['team.large.1', 'team.web.1'])
  assert.equal(keysAt(1), ['team.large.1', 'team.web.1', 'team.small.1'])
  assert.is(decideQuota(runs, { path: 'team', most: 50 }).said, 'memory quota 50 B of team (was 110 B in all)')
})

test.run()
