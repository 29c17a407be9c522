import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { baseEnvironment, readAtBoot, wholeEnvironment } from '../../../daemon/system/environment.ts'

const test = suite('environment')

test("baseEnvironment() gives a pod what it needs of the host's own, and no secret", () => {
  process.env.A_SECRET_OF_THE_HOST = 'x'
  process.env.LC_TEST = 'C'
  const base = baseEnvironment()
  assert.is(base.PATH, process.env.PATH)
  assert.is(base.LC_TEST, 'C')
  assert.not.ok('A_SECRET_OF_THE_HOST' in base)
  assert.is(wholeEnvironment({ LC_TEST: 'de' }).A_SECRET_OF_THE_HOST, 'x')
  assert.is(wholeEnvironment({ LC_TEST: 'de' }).LC_TEST, 'de')
})

test('readAtBoot knows what a process reads once', () => {
  for (const name of ['NODE_OPTIONS', 'LD_PRELOAD', 'LANG', 'SSL_CERT_FILE']) assert.ok(readAtBoot.test(name), name)
  for (const name of ['NODE_ENV', 'PATH', 'TZ']) assert.not.ok(readAtBoot.test(name), name)
})

test.run()
