// One answer for all who ask at once, which is never older than the question.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SharedAnswers } from '../../../daemon/verbs/shared-answers.ts'

type Making = PromiseWithResolvers<string> & { key: string }

function shared(): { answers: SharedAnswers<string>; making: Making[] } {
  const making: Making[] = []
  const answers = new SharedAnswers<string>(key => {
    const one = { key, ...Promise.withResolvers<string>() }
    making.push(one)
    return one.promise
  })
  return { answers, making }
}

test('SharedAnswers makes one answer for all who ask while another is being made', async () => {
  const { answers, making } = shared()
  const first = answers.of('a')
  const others = Array.from({ length: 100 }, () => answers.of('a'))
  assert.is(making.length, 1)
  making[0]?.resolve('first')
  assert.is(await first, 'first')
  making[1]?.resolve('second')
  assert.equal(new Set(await Promise.all(others)), new Set(['second']))
  assert.is(making.length, 2)
  const later = answers.of('a')
  making[2]?.resolve('third')
  assert.is(await later, 'third')
})

test('SharedAnswers keeps keys apart, and an error is that of those who wait for it', async () => {
  const { answers, making } = shared()
  const [a, b, next] = [answers.of('a'), answers.of('b'), answers.of('a')]
  making[1]?.resolve('of b')
  assert.is(await b, 'of b')
  making[0]?.reject(new Error('no'))
  assert.is(await a.catch(error => error.message), 'no')
  making[2]?.resolve('of a')
  assert.is(await next, 'of a')
})

test.run()
