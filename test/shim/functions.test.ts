// Which functions of a pod can be called, and what comes of it. Streams: calls/collect.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { P8aError } from '../../protocol/errors.ts'
import { Calling } from '../../shim/calls/context.ts'
import { Functions } from '../../shim/functions.ts'
import { quietChannel } from '../channels.ts'
import { failsWith } from '../fails.ts'

const test = suite('functions')

const exported: [string, (...args: unknown[]) => unknown][] = [
  ['add', async (a, b) => (a as number) + (b as number)],
  [
    'fail',
    () => {
      throw Object.assign(new RangeError('no'), { code: 'E' })
    },
  ],
  ['later', () => Promise.reject(new TypeError('later'))],
  [
    'caller',
    function (this: unknown) {
      return (this as Calling).caller
    },
  ],
]
const functions = new Functions('math', () => new Map(exported))
const call = (fn: string, ...args: unknown[]) => functions.call(fn, args, quietChannel())

test('call() calls a function, and invoke() says who calls', async () => {
  assert.is(await call('add', 1, 2), 3)
  assert.is(functions.invoke('caller', [], new Calling('web.1', {})), 'web.1')
  assert.is(await call('caller'), undefined, 'a client has no name')
})

test('call() says which functions there are, and knows no other members', async () => {
  const { hint } = await failsWith('function_not_found', () => call('nothing'))
  assert.is(hint, 'It exports: add, fail, later, caller')
  for (const name of ['default', 'toString', '__proto__']) await failsWith('function_not_found', () => call(name))
  const none = new Functions('math', () => new Map())
  const error = await failsWith('function_not_found', () => none.call('add', [], quietChannel()))
  assert.match(error.hint ?? '', 'no function but the default one')
})

test('call() fails with what the function throws, at once or later', async () => {
  const { message, facts } = await failsWith('call_failed', () => call('fail'))
  assert.equal([message, facts.name, facts.errorCode], ['no', 'RangeError', 'E'])
  assert.match(String(facts.stack), 'functions.test.ts')
  assert.is((await failsWith('call_failed', () => call('later'))).message, 'later')
})

test('call() says where fetch is served that is no function to call', async () => {
  const served = new Functions(
    'web',
    () => new Map(),
    () => '*:8080',
  )
  const error = await served.call('fetch', [], quietChannel()).catch((error: unknown) => error)
  assert.equal([(error as P8aError).code, (error as P8aError).hint], ['function_not_found', 'Ask it at *:8080'])
})

test.run()
