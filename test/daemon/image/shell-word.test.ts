// Text as a word of a shell.
import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shellWord, withWords } from '../../../daemon/image/shell-word.ts'

test('shellWord() quotes what a shell would read', () => {
  for (const plain of ['a', '--port=3000', '@scope/pkg', 'a,b:c+1', './x']) assert.is(shellWord(plain), plain)
  assert.equal(['', 'a b', "it's", '$HOME', '~'].map(shellWord), [`''`, `'a b'`, `'it'\\''s'`, `'$HOME'`, `'~'`])
})

test('withWords() gives a command line more arguments, as they are', () => {
  const words = ['', 'a b', "it's", '$HOME', '*', '\\n', '"', '`x`', 'ü\n']
  const line = withWords(`"${process.execPath}" -p 'JSON.stringify(process.argv.slice(1))' --`, words)
  assert.equal(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })), words)
})

test.run()
