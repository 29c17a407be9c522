import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filled, Pattern } from '../../../pods/gateway/pattern.ts'
import { errorOf } from '../../fails.ts'

test('Pattern matches whole names, and filled() puts what was matched in place', () => {
  const pattern = new Pattern('preview-(\\w+)(-x)?')
  assert.equal(pattern.match('preview-7'), ['preview-7', '7', ''])
  assert.equal(pattern.match('my-preview-7'), undefined)
  assert.equal(pattern.match('other'), undefined)
  const match = pattern.match('preview-a-x') ?? []
  assert.equal(match, ['preview-a-x', 'a', '-x'])
  assert.is(filled('$1.test/$0$2$9', match), 'a.test/preview-a-x-x')
  assert.equal(new Pattern('a|b').match('ab'), undefined)
})

test('Pattern takes a time that the longest name bounds, whatever the pattern', () => {
  const name = `${'a'.repeat(250)}c`
  // By trying all ways to match, as RegExp does, each would take longer than the world stands.
  for (const slow of ['(a+)+b', '((a*)*)*b', '(a|a)*b', '(.*.*.*)*b'])
    assert.is(new Pattern(slow).match(name), undefined)
})

test('Pattern says what is wrong with one that is none, that is too long, or that cannot be matched so', async () => {
  const wrong = async (text: string) => (await errorOf(() => new Pattern(text))).message
  assert.match(await wrong('('), /^"\(": missing closing \)/)
  assert.match(await wrong('a)(b'), /^"a\)\(b": /)
  assert.match(await wrong('(?!x).*'), /^"\(\?!x\)\.\*": .*`\(\?!`/)
  assert.match(await wrong('(a)\\1'), /: invalid escape sequence: `\\1`$/)
  assert.match(await wrong('a{1001}'), /invalid repeat count/)
  assert.match(await wrong('a'.repeat(1001)), /^"a{80}…" has more than 1000 characters$/)
})

test.run()
