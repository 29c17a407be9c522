// Which labels a pod may have.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { labelsSchema, maxLabelLength, maxLabelNameLength, maxLabels } from '../../protocol/labels.ts'

const accepts = (labels: unknown) => v.safeParse(labelsSchema, labels).success
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`l${at}`, '']))

test('labelsSchema takes names of letters, digits and . _ / -, and any text', () => {
  for (const name of ['route', 'p8a.dev/route', 'A-b_c', 'a'.repeat(maxLabelNameLength)])
    assert.ok(accepts({ [name]: '' }), name)
  for (const name of ['', '1a', '.a', 'a b', 'ä', '__proto__x', 'a'.repeat(maxLabelNameLength + 1)])
    assert.not.ok(accepts({ [name]: '' }), name)
  assert.ok(accepts({ a: 'ü\n'.repeat(10) }))
})

test('labelsSchema bounds how many there are, and how long each is', () => {
  assert.ok(accepts(many(maxLabels)))
  assert.not.ok(accepts(many(maxLabels + 1)))
  assert.ok(accepts({ a: 'x'.repeat(maxLabelLength) }))
  assert.not.ok(accepts({ a: 'x'.repeat(maxLabelLength + 1) }))
  assert.not.ok(accepts({ a: 5 }))
})

test.run()
