// Command lines of a package.json that need no shell, as words.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { plainWords, takeVariables } from '../../../daemon/image/plain-words.ts'

const lines: [line: string, words: string[] | undefined][] = [
  ['node app.js', ['node', 'app.js']],
  ['  node   app.js  ', ['node', 'app.js']],
  [`node "my app.js" 'a b'`, ['node', 'my app.js', 'a b']],
  ['node --title="x y" app.js', ['node', '--title=x y', 'app.js']],
  [`node -e 'a && b'`, ['node', '-e', 'a && b']],
  ['', []],
  ['a && b', undefined],
  ['a; b', undefined],
  ['a | b', undefined],
  ['node app.js > out', undefined],
  ['node app.js $PORT', undefined],
  ['node "app.js $PORT"', undefined],
  ['node *.js', undefined],
  ['~/bin/x', undefined],
  [`node 'app.js`, undefined],
  ['node a\nnode b', undefined],
]

test('plainWords() reads what needs no shell, and nothing else', () => {
  for (const [line, words] of lines) assert.equal(plainWords(line), words, line)
})

test('takeVariables() takes assignments from the head, behind cross-env and env too', () => {
  for (const head of [[], ['cross-env'], ['env']])
    assert.equal(takeVariables([...head, 'A=1', 'B=x=y', 'node', 'C=2']), {
      env: { A: '1', B: 'x=y' },
      rest: ['node', 'C=2'],
    })
  assert.equal(Object.entries(takeVariables(['__proto__=1', 'node']).env), [['__proto__', '1']])
  assert.equal(takeVariables(['env', '-i', 'node']), { env: {}, rest: ['env', '-i', 'node'] })
})

test.run()
