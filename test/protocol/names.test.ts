// Names and run ids. Not here: what the CLI and the host say about a wrong one (e2e/bad-input.test.ts).
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../protocol/errors.ts'
import { checkName, isName, maxNameLength, parseRunId, quote, runId } from '../../protocol/names.ts'

const good = ['a', 'web', 'a1', 'a-b', 'a_b', 'a--b', 'x'.repeat(maxNameLength), 'constructor', 'local']
const wrong = [
  '',
  'A',
  'aB',
  '1a',
  '-a',
  '_a',
  'a-',
  'a_',
  'a.b',
  'a/b',
  '../x',
  '..',
  'a b',
  ' a',
  'a\n',
  'ä',
  'а',
  'a\0',
  '🦊',
  'x'.repeat(maxNameLength + 1),
]

test('isName() takes lower-case words with digits, dashes and underscores within', () => {
  for (const name of good) assert.ok(isName(name), name)
  for (const name of wrong) assert.not.ok(isName(name), JSON.stringify(name))
})

test('checkName() returns a good name, and says what is wrong with another', () => {
  for (const name of good) assert.is(checkName(name), name)
  const messages = wrong.map(name => {
    try {
      checkName(name, 'remote')
    } catch (error) {
      assert.instance(error, P8aError)
      const { code, hint, message } = error as P8aError
      assert.is(code, 'bad_name')
      assert.ok(hint?.includes(String(maxNameLength)))
      assert.match(message, /^Cannot name a remote ".*": ./s)
      return message
    }
    return assert.unreachable(name) as never
  })
  assert.ok(messages[0]?.endsWith('it is empty'))
  assert.ok(messages.at(-1)?.includes(`${maxNameLength + 1} characters`))
  assert.ok(messages[wrong.indexOf('a.b')]?.includes('"." is not allowed in it'))
})

test('a name is always a safe name of a file and a path of one step', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 8 }), text => {
      if (isName(text)) assert.match(text, /^[a-z0-9_-]+$/)
    }),
  )
})

test('parseRunId() takes apart what runId() puts together, and nothing else', () => {
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.integer({ min: 1, max: 1e12 }), (pod, number) => {
      assert.equal(parseRunId(runId(pod, number)), { pod, number })
    }),
  )
  for (const id of [
    'web',
    'web.',
    'web.0',
    'web.01',
    'web.-1',
    'web.1.2',
    'web.x',
    '.1',
    'Web.1',
    'web.1 ',
    'web.1e3',
    `web.${'9'.repeat(16)}`,
  ]) {
    assert.is(parseRunId(id), undefined, id)
  }
})

test('quote() quotes, escapes and cuts', () => {
  assert.is(quote('a "b"\n'), '"a \\"b\\"\\n"')
  assert.is(quote('x'.repeat(81)), `"${'x'.repeat(77)}..."`)
  assert.is(quote('x'.repeat(80)), `"${'x'.repeat(80)}"`)
})

test.run()
