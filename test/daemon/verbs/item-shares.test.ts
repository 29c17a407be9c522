// What real queues make of it: e2e/tenants.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sharesOf } from '../../../daemon/verbs/item-shares.ts'

const of = (path: string, items: number) => ({ path, bounds: { items } })

test('sharesOf() divides what is left of a quota among its queues, which together never have more', () => {
  assert.equal(sharesOf([{ open: 3, over: [of('team', 10)] }]), [{ path: 'team', items: 10, room: 10 }])
  const team = of('team', 10)
  const rooms = (queues: Parameters<typeof sharesOf>[0]) => sharesOf(queues).map(share => share?.room)
  assert.equal(
    rooms([
      { open: 4, over: [team] },
      { open: 2, over: [team] },
    ]),
    [6, 4],
  )
  const three = [4, 1, 0].map(open => ({ open, over: [team] }))
  assert.equal(
    [0, 1, 2].map(turn => sharesOf(three, turn).map(share => share?.room)),
    [
      [6, 3, 1],
      [6, 2, 2],
      [5, 3, 2],
    ],
    'each has its turn at what cannot be divided',
  )
  assert.equal(
    rooms([
      { open: 10, over: [team] },
      { open: 0, over: [team] },
    ]),
    [10, 0],
  )
  assert.equal(
    rooms([
      { open: 0, over: [] },
      { open: 9, over: [{ path: 'team', bounds: { pods: 1 } }] },
    ]),
    [undefined, undefined],
  )
})

test('sharesOf() goes by the quota that leaves least, and gives a queue nothing where others have too much', () => {
  const queues = [
    { open: 0, over: [of('team', 10), of('team.tools', 2)] },
    { open: 20, over: [of('team', 10)] },
  ]
  assert.equal(sharesOf(queues), [
    { path: 'team', items: 10, room: 0 },
    { path: 'team', items: 10, room: 15 },
  ])
  assert.equal(sharesOf([{ open: 0, over: [of('team', 10), of('team.tools', 2)] }])[0]?.path, 'team.tools')
})

test.run()
