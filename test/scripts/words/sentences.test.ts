// Which texts of a file are for people, and in which line each stands.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sentencesOf } from '../../../scripts/words/sentences.ts'

const test = suite('sentences')

test('sentencesOf() joins the lines of a comment, and begins anew at tags and blank lines', () => {
  const code = [
    '// One, and',
    '// on. Two.',
    '',
    '/**',
    ' * Three `code`.',
    ' * @returns four',
    ' */',
    'const a = 1 // not this',
  ].join('\n')
  assert.equal(sentencesOf('a.ts', code), [
    { line: 1, text: 'One, and on.' },
    { line: 1, text: 'Two.' },
    { line: 4, text: 'Three CODE.' },
    { line: 6, text: 'four' },
  ])
})

test('sentencesOf() finds messages, and no other texts', () => {
  const code = [
    "import { a } from './a-b.ts'",
    "fail('pod_not_up', `Cannot stop pod ${quote(name)}: it is idle`)",
    "// it's no text",
  ].join('\n')
  assert.equal(sentencesOf('a.ts', code), [
    { line: 3, text: "it's no text" },
    { line: 2, text: 'Cannot stop pod CODE: it is idle' },
  ])
})

test('sentencesOf() takes the prose of a page: no code, and each entry and cell by itself', () => {
  const page = [
    '# Title',
    '',
    'A line',
    'and one more.',
    '- an entry',
    '```sh',
    'no prose at all here',
    '```',
    '| a cell | [linked](x.md) |',
  ].join('\n')
  assert.equal(sentencesOf('a.md', page), [
    { line: 1, text: 'Title' },
    { line: 3, text: 'A line and one more.' },
    { line: 5, text: 'an entry' },
    { line: 9, text: '| a cell' },
    { line: 9, text: 'linked |' },
  ])
})

test.run()
