import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codeOf, enter } from '../../../page/wire/sign-in.ts'
import { WireError } from '../../../page/wire/wire-error.ts'

test('codeOf() finds the code of a link, and in nothing else', () => {
  assert.is(codeOf('#code=ab_c-9'), 'ab_c-9')
  for (const other of ['', '#/pods', '#code=', '#code=a b', '#xcode=a']) assert.is(codeOf(other), undefined, other)
})

test('enter() tells what the host says of a code from what says nothing of it', async () => {
  const { fetch } = globalThis
  const answered = async (status: number, body: string) => {
    globalThis.fetch = async () => new Response(body, { status })
    return await enter('ab', new URL('http://localhost:3000/')).catch(error => error as Error)
  }
  try {
    assert.is(await answered(200, '{"result":{"token":"t"}}'), 't')
    const used = '{"error":{"message":"used already","data":{"code":"unauthorized"}}}'
    assert.instance(await answered(401, used), WireError)
    const busy = '{"error":{"message":"much to do","data":{"code":"host_busy"}}}'
    for (const [status, body] of [
      [503, busy],
      [502, '<html>Bad Gateway</html>'],
    ] as const) {
      const error = await answered(status, body)
      assert.instance(error, Error)
      assert.not.instance(error, WireError)
    }
  } finally {
    globalThis.fetch = fetch
  }
})

test.run()
