import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answersOf, type Told, withAnswer } from '../../../page/state/told.ts'

const none: Told<string> = new Map()

test('answersOf() are those of hosts that have answered, in the order of the hosts, whatever the others do', () => {
  const told = withAnswer(withAnswer(none, 'b', { askedMs: 1, answer: 'B' }), '', { askedMs: 1, answer: 'root' })
  assert.equal(answersOf(told, ['', 'slow', 'b']), [
    { path: '', answer: 'root' },
    { path: 'b', answer: 'B' },
  ])
  assert.equal(answersOf(told, ['slow']), [])
})

test('withAnswer() takes the answer to the latest question, in whichever order answers come', () => {
  const late = withAnswer(none, '', { askedMs: 2, answer: 'second' })
  assert.is(withAnswer(late, '', { askedMs: 1, answer: 'first' }), late)
  assert.is(withAnswer(late, '', { askedMs: 2, answer: 'again' }).get('')?.answer, 'again')
  assert.is(withAnswer(late, '', { askedMs: 3, answer: 'third' }).get('')?.answer, 'third')
  assert.is(late.get('')?.answer, 'second')
})

test.run()
