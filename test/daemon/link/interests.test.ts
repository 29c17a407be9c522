import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Interests, mostNames } from '../../../daemon/link/interests.ts'

const web = { pod: 'web' }
const db = { pod: 'db' }

test('Interests keep the names of each run by pod, each with what it knows last', () => {
  const interests = new Interests<object, object>()
  const [one, two] = [{ run: 1 }, { run: 2 }]
  assert.is(interests.note(web, one, { full: 'web', name: 'web', known: '1' }), true)
  assert.is(interests.note(web, one, { full: 'web', name: 'web', known: '1 2' }), false)
  assert.is(interests.note(web, two, { full: 'all', name: 'all', known: '1' }), false)
  assert.is(interests.note(db, one, { full: 'db', name: 'db', known: '7' }), true)
  assert.equal(
    [...interests.of(web)].map(([peer, names]) => [peer, [...names]]),
    [
      [one, [['web', { name: 'web', known: '1 2' }]]],
      [two, [['all', { name: 'all', known: '1' }]]],
    ],
  )
  assert.equal([...interests.of({})], [])
})

test('forget() keeps nothing of a run, in no pod, though nobody asks for these any more', () => {
  const interests = new Interests<object, object>()
  const [gone, stays] = [{ run: 1 }, { run: 2 }]
  for (const pod of [web, db])
    for (const peer of [gone, stays]) interests.note(pod, peer, { full: 'x', name: 'x', known: '' })
  interests.forget(gone)
  for (const pod of [web, db]) {
    const left = [...interests.of(pod)].map(([peer]) => peer)
    assert.equal([left.length, left[0]], [1, stays])
  }
})

test('of the names by which one run knows a pod, as of groups that come and go, only so many are kept', () => {
  const interests = new Interests<object, object>()
  const peer = {}
  for (let nth = 0; nth <= mostNames; nth++) interests.note(web, peer, { full: `g${nth}`, name: `g${nth}`, known: '' })
  const [[, names] = [peer, new Map()]] = interests.of(web)
  assert.equal([names.size, names.has('g0'), names.has(`g${mostNames}`)], [mostNames, false, true])
})

test.run()
