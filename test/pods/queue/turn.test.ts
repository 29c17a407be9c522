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

const longMs = 3_600_000

test('Turn lets a step that is in no hurry wait for the next one: one transaction has both, in their order', async () => {
  const { said, turn } = standing()
  const first = turn.do(() => void said.push('a'), { withinMs: longMs })
  await new Promise(setImmediate)
  assert.equal(said, [])
  await Promise.all([first, turn.do(() => void said.push('b'))])
  assert.equal(said, ['begin', 'a', 'b', 'last', 'commit', 'told'])
})

test('Turn does not let what is done in this turn wait for what is in no hurry', async () => {
  const { said, turn } = standing()
  await Promise.all([turn.do(() => void said.push('a')), turn.do(() => void said.push('b'), { withinMs: longMs })])
  assert.equal(said, ['begin', 'a', 'b', 'last', 'commit', 'told'])
})

test('Turn.hurry() does at once what waits; where nothing does, there is no transaction', async () => {
  const { said, turn } = standing()
  turn.hurry()
  const done = turn.do(() => 5, { withinMs: longMs })
  turn.hurry()
  assert.is(await done, 5)
  await new Promise(setImmediate)
  assert.equal(said, ['begin', 'last', 'commit', 'told'])
})

test('Turn does a step that is in no hurry in its time, where nothing else comes', async () => {
  const { turn } = standing()
  assert.is(await turn.do(() => 5, { withinMs: 1 }), 5)
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
