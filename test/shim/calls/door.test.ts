import { existsSync, rmSync, statSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { calleeOn, Met } from './met.ts'

/** Dials the door with these bytes. @returns what is answered until it closes */
async function dial(path: string, bytes: string): Promise<string> {
  const socket = net.connect(path)
  let answer = ''
  socket.on('data', chunk => (answer += chunk)).on('error', () => {})
  socket.write(bytes)
  await new Promise(resolve => socket.on('close', resolve))
  return answer
}

const granted = (grant: string) => `${JSON.stringify({ jsonrpc: '2.0', method: '$/grant', params: [grant, 1, 1] })}\n`

test('admit() opens a socket for its own user, at which the caller is served', async () => {
  using met = new Met({ add: (a: number, b: number) => a + b })
  const dialled = await met.dial()
  assert.is(statSync(met.socket).mode & 0o777, 0o600)
  assert.is(await calleeOn(dialled).add?.(1, 2), 3)
  assert.is(met.callings[0]?.caller, 'asker.1')
})

test('a grant lets one connection in, and the next needs another', async () => {
  using met = new Met({ add: (a: number, b: number) => a + b })
  const grant = await met.admit()
  const first = await met.dial(grant)
  assert.is(await calleeOn(first).add?.(1, 2), 3)
  const second = await met.dial(grant)
  await failsWith('pod_not_up', () => calleeOn(second).add?.(1, 2))
  assert.is(await calleeOn(await met.dial()).add?.(3, 4), 7)
})

test('unheard is how many connections have yet to hear that it leaves, those that are to show their grant included', async () => {
  using met = new Met({ wait: () => new Promise(() => {}), now: () => 1 })
  const dialled = await met.dial(undefined, { onLeft: () => {} })
  const other = await met.dial()
  await Promise.all([dialled, other].map(to => calleeOn(to).now?.()))
  assert.is(met.door.unheard, 0)
  met.door.leave()
  assert.is(met.door.unheard, 1)
  await until(() => met.gone.includes(dialled) && met.door.unheard === 0, 'it hangs up', { everyMs: 1 })
  const stranger = net.connect(met.socket)
  await until(() => met.door.unheard === 1, 'one comes', { everyMs: 1 })
  stranger.destroy()
  await until(() => met.door.unheard === 0, 'it is gone', { everyMs: 1 })
})

test('a call that comes with the grant is answered', async () => {
  using met = new Met({ add: (a: number, b: number) => a + b })
  const line = granted(await met.admit())
  const socket = net.connect(met.socket)
  socket.write(`${line}{"jsonrpc":"2.0","id":7,"method":"add","params":[1,2]}\n`)
  const answer = await new Promise(resolve => socket.once('data', resolve))
  assert.equal(JSON.parse(String(answer)), { jsonrpc: '2.0', id: 7, result: 3 })
  socket.destroy()
})

for (const [what, line] of [
  ['a grant that was never given', granted('made up')],
  ['another message', '{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}\n'],
  ['no JSON', 'hello\n'],
  ['JSON that is no message', 'null\n'],
  ['a first line that is too long', 'x'.repeat(1024)],
] as const) {
  test(`the door closes on ${what}, and calls nothing`, async () => {
    using met = new Met({ add: () => 3 })
    await met.admit()
    assert.is(await dial(met.socket, line), '')
    assert.equal(met.callings, [])
  })
}

test('admit() opens the socket again where its file was removed', async () => {
  using met = new Met({ add: (a: number, b: number) => a + b })
  await met.admit()
  rmSync(met.socket)
  const dialled = await met.dial()
  assert.ok(existsSync(met.socket))
  assert.is(await calleeOn(dialled).add?.(1, 2), 3)
})

test.run()
