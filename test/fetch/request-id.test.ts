// The id of a request, and what knows it. In the log of a pod behind a gateway: e2e/gateway.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answered, currentId, idOf } from '../../fetch/request-id.ts'

const asking = (...rawHeaders: string[]) => ({ rawHeaders })

test('idOf() takes one header that can be nothing but an id', () => {
  assert.is(idOf(asking('Host', 'a', 'X-Request-Id', 'abc-1.2:3/4+5=')), 'abc-1.2:3/4+5=')
  for (const id of ['', 'a b', 'a)', 'a\tb', 'x'.repeat(129), 'é'])
    assert.is(idOf(asking('x-request-id', id)), undefined, id)
  assert.is(idOf(asking('x-request-id', 'a', 'X-Request-ID', 'b')), undefined)
  assert.is(idOf(asking('host', 'x-request-id')), undefined)
})

test('answered() lets what comes of a request know its id, and nobody else', async () => {
  const seen: (string | undefined)[] = []
  const over: Promise<void>[] = []
  const answer = async () => {
    await new Promise(resolve => setImmediate(resolve))
    seen.push(currentId())
  }
  for (const headers of [['X-Request-Id', 'one'], [], ['X-Request-Id', 'two']])
    answered(asking(...headers), () => void over.push(answer()))
  assert.is(currentId(), undefined)
  await Promise.all(over)
  assert.equal(seen, ['one', undefined, 'two'])
})

test.run()
