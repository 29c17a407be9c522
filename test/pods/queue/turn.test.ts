import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusal } from '../../../pods/queue/item.ts'
import { Turn } from '../../../pods/queue/turn.ts'
import { refusedWith } from './made.ts'

function standing(fail?: () => void) {
  const said: string[] = []
  const store = {
    begin: () => void said.push('begin'),
    commit: () => {
      fail?.()
      said.push('commit')
    },
    rollback: () => void said.push('rollback'),
  }
  const turn = new Turn(store, () => {
    said.push('last')
    return () => void said.push('told')
  })
  return { said, turn }
}

test('Turn does all of a turn in one transaction, and answers behind it', async () => {
  const { said, turn } = standing()
  const steps = ['a', 'b'].map(name => turn.do(() => void said.push(name)).then(() => void said.push(`answer ${name}`)))
  await Promise.all(steps)
  assert.equal(said, ['begin', 'a', 'b', 'last', 'commit', 'told', 'answer a', 'answer b'])
})

test('Turn refuses one step alone, and goes on with the others', async () => {
  const { said, turn } = standing()
  const refused = turn.do(() => {
    throw refusal('queue_full', 'full')
  })
  const done = turn.do(() => 5)
  await refusedWith('queue_full', () => refused)
  assert.is(await done, 5)
  assert.ok(said.includes('commit'))
})

test('Turn takes back all of a turn that the disk does not take, and says why', async () => {
  const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 })
  for (const [error, code] of [
    [full, 'no_space'],
    [new Error('a bug'), 'save_failed'],
  ] as const) {
    const { said, turn } = standing(() => {
      throw error
    })
    await Promise.all([1, 2].map(value => refusedWith(code, () => turn.do(() => value))))
    assert.equal(said, ['begin', 'last', 'rollback'])
  }
})

test.run()
