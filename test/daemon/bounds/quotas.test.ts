import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Quotas } from '../../../daemon/bounds/quotas.ts'

test('Quotas finds those that hold at a path, and those within it', () => {
  const quotas = new Quotas(
    new Map([
      ['team.tools', { runs: 1 }],
      ['team', { pods: 3 }],
      ['teamwork', { pods: 4 }],
    ]),
  )
  const paths = (of: { path: string }[]) => of.map(({ path }) => path)
  assert.equal(paths(quotas.over('team.tools.deep')), ['team', 'team.tools'])
  assert.equal(paths(quotas.over('team')), ['team'])
  assert.equal(paths(quotas.over('')), [])
  assert.equal(paths(quotas.within('team')), ['team', 'team.tools'])
  assert.equal(paths(quotas.within('')), ['team', 'team.tools', 'teamwork'])
  assert.equal([quotas.get('team'), quotas.get('none')], [{ pods: 3 }, {}])
  let changes = 0
  const unwatch = quotas.watch(() => changes++)
  quotas.replace(new Map())
  unwatch()
  quotas.replace(new Map())
  assert.equal([changes, quotas.over('team')], [1, []])
})

test.run()
