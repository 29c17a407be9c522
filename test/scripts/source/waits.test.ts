import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { waitsIn } from '../../../scripts/source/waits.ts'
import { root } from '../../paths.ts'

test('waitsIn() finds a wait by a promise, and by the timer of Node whatever it is called', () => {
  const text = `import { setTimeout as pause } from 'node:timers/promises'
await new Promise(resolve => setTimeout(resolve, 5))
await pause(5)
// Nothing may come meanwhile.
await pause(5)
`
  assert.equal(waitsIn(text), [
    { line: 2, isTold: false },
    { line: 3, isTold: false },
    { line: 5, isTold: true },
  ])
})

test('waitsIn() finds none in a timer that is a deadline, in another promise, and in the text of a program', () => {
  const text = `const timer = setTimeout(() => fail(), 5)
const late = new Promise(resolve => setTimeout(resolve, 5000).unref())
await new Promise(resolve => server.close(resolve))
await pause(5)
const code = 'await new Promise(resolve => setTimeout(resolve, 5))'
`
  assert.equal(waitsIn(text), [])
})

test('each wait by the clock in a test says above it why there is nothing to wait for', () => {
  const files = globSync('test/**/*.ts', { cwd: root }).map(
    file => [file, readFileSync(join(root, file), 'utf8')] as const,
  )
  const waiting = files.filter(([, text]) => /new Promise\(\w* => setTimeout|'node:timers\/promises'/.test(text))
  assert.ok(waiting.length > 5, 'they are read')
  const untold = waiting.flatMap(([file, text]) =>
    waitsIn(text).flatMap(({ line, isTold }) => (isTold ? [] : [`${file}:${line}`])),
  )
  assert.equal(untold, [])
})

test.run()
