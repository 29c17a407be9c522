import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endedAtOnce } from '../../../cli/host/not-started.ts'

const test = suite('not-started')

test("endedAtOnce() is the daemon's own error, from the last line of what it said", () => {
  const told = { error: { code: 'port_in_use', message: 'Cannot listen', port: 3000 } }
  const error = endedAtOnce('/d', { exitCode: 1, signal: null, output: `a warning\n${JSON.stringify(told)}\n` })
  assert.equal([error.code, error.message, error.facts], ['port_in_use', 'Cannot listen', { port: 3000 }])
})

test('endedAtOnce() shows what was said where that is no error of its own', () => {
  const error = endedAtOnce('/d', { exitCode: null, signal: 'SIGKILL', output: 'out of memory\n' })
  assert.is(error.code, 'start_failed')
  assert.is(error.hint, 'It said: out of memory')
  assert.equal(error.facts, { dataDir: '/d', exitCode: null, signal: 'SIGKILL', output: 'out of memory' })
  assert.is(endedAtOnce('/d', { exitCode: 1, signal: null, output: '' }).hint, undefined)
})

test.run()
