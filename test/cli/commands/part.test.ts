import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ofPart } from '../../../cli/commands/part.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { errorOf, failsWith } from '../../fails.ts'

test('ofPart() gives what a part does', async () => {
  assert.is(await ofPart(Promise.resolve(7)), 7)
})

test('ofPart() makes an error of a copy of our class one of ours', async () => {
  const ours = new P8aError('bad_time', 'no', { hint: 'Try another', facts: { text: 'x' } })
  const { code, message, steps, facts } = ours
  const copy = Object.assign(new Error(message), { name: 'P8aError', code, steps, facts })
  const error = await failsWith('bad_time', () => ofPart(Promise.reject(copy)))
  assert.equal([error.message, error.hint, error.facts], ['no', 'Try another', { text: 'x' }])
})

test('ofPart() leaves any other error as it is', async () => {
  for (const error of [new P8aError('bad_time', 'no'), new RangeError('no')])
    assert.is(await errorOf(() => ofPart(Promise.reject(error))), error)
})

test.run()
