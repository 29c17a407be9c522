// What a daemon tells whoever started it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { reportLeft, reportReady, reportStartError } from '../../../daemon/boot/report.ts'
import { P8aError } from '../../../protocol/errors.ts'

/** What `work` prints. */
function printed<T>(work: () => T): { out: string; err: string; value: T } {
  const { stdout, stderr } = process
  const [writeOut, writeErr] = [stdout.write, stderr.write]
  let [out, err] = ['', '']
  stdout.write = (text: unknown) => {
    out += text
    return true
  }
  stderr.write = (text: unknown) => {
    err += text
    return true
  }
  try {
    const value = work()
    return { out, err, value }
  } finally {
    stdout.write = writeOut
    stderr.write = writeErr
  }
}

const ready = {
  version: '1.2.3',
  pid: 7,
  dataDir: '/data',
  addresses: ['127.0.0.1:3000', 'unix:/data/host.sock'],
  warnings: ['TLS is off'],
}

test('reportReady() tells people where it is and warns them, and programs all of it in one line', () => {
  const people = printed(() => reportReady(ready, { json: false }))
  for (const text of ['p8a 1.2.3 is up as process 7', '/data', '127.0.0.1:3000', 'unix:/data/host.sock'])
    assert.ok(people.out.includes(text), text)
  assert.is(people.err, 'warning: TLS is off\n')
  const programs = printed(() => reportReady(ready, { json: true }))
  assert.equal(JSON.parse(programs.out), JSON.parse(JSON.stringify(ready)))
  assert.equal([programs.out.split('\n').length, programs.err], [2, ''])
})

test('reportStartError() prints the error with its hint, and gives its exit code', () => {
  const error = new P8aError('port_in_use', 'Cannot listen', { hint: 'Choose another one' })
  const people = printed(() => reportStartError(error, { json: false }))
  assert.equal([people.err, people.value], ['error: Cannot listen\nhint: Choose another one\n', 1])
  const programs = printed(() => reportStartError(error, { json: true }))
  assert.equal([JSON.parse(programs.err).error.code, programs.out], ['port_in_use', ''])
})

test('reportStartError() knows what the system refuses from a bug, whose place matters', () => {
  const system = (code: string) => Object.assign(new Error('it said no'), { code })
  const codeOf = (error: unknown) => JSON.parse(printed(() => reportStartError(error, { json: true })).err).error
  assert.is(codeOf(system('ENOSPC')).code, 'no_space')
  assert.is(codeOf(system('EACCES')).code, 'state_broken')
  const bug = codeOf(new TypeError('x is undefined'))
  assert.is(bug.code, 'internal')
  assert.match(bug.message, 'report.test.ts')
})

test('reportLeft() says on Ctrl-C that pods go on, and nothing else in any other case', () => {
  const said = (left: Parameters<typeof reportLeft>[0], json = false) => printed(() => reportLeft(left, { json })).err
  assert.match(said({ runs: 2, why: 'SIGINT' }), '2 processes of its pods go on. pod host start takes them up again')
  for (const text of [
    said({ runs: 0, why: 'SIGINT' }),
    said({ runs: 2, why: 'SIGTERM' }),
    said({ runs: 2, why: 'SIGINT' }, true),
  ])
    assert.is(text, '')
})

test.run()
