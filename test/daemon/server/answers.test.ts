// Waiting for the answers that are on their way. Not here: what of a connection counts as one (lines/session.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Answers } from '../../../daemon/server/answers.ts'

/** Whether `work` is over by now. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  const not = Symbol('not over')
  // All that is due at once has its turn before.
  await new Promise(resolve => setImmediate(resolve))
  return (await Promise.race([work, Promise.resolve(not)])) !== not
}

const long = { withinMs: 20_000 }

test('sent() resolves at once where nobody waits for an answer', async () => {
  const answers = new Answers()
  await answers.sent(long)
  answers.add({ isAnswering: false })
  await answers.sent(long)
})

test('sent() waits until every answer is sent', async () => {
  const answers = new Answers()
  const [one, another] = [{ isAnswering: true }, { isAnswering: true }]
  answers.add(one)
  answers.add(another)
  const sent = answers.sent(long)
  one.isAnswering = false
  answers.onSent()
  assert.not.ok(await isOver(sent))
  another.isAnswering = false
  answers.onSent()
  assert.ok(await isOver(sent))
})

test('sent() waits for nobody who is gone', async () => {
  const answers = new Answers()
  const forget = answers.add({ isAnswering: true })
  const sent = answers.sent(long)
  forget()
  assert.ok(await isOver(sent))
})

test('sent() waits no longer than it is told to', async () => {
  const answers = new Answers()
  answers.add({ isAnswering: true })
  await answers.sent({ withinMs: 1 })
})

test.run()
