// What a run makes of another's messages that are none. Not here: calls that are (e2e/calls.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Admitted } from '../../../shim/calls/admitted.ts'

const by = { name: 'other.1', role: 'read', path: '' } as const

/** Says `line` to a run. @returns what it answers until it closes, and what reached the pod */
async function say(line: string): Promise<{ answer: string; reached: unknown[] }> {
  const reached: unknown[] = []
  const keep = (...what: unknown[]) => void reached.push(what[0])
  const server = net.createServer(socket => {
    const reachable = { invoke: keep, onEvent: keep, onDropped: keep }
    new Admitted(socket, reachable, { run: 'other.1', by, timeoutMs: 1000, window: undefined })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => (answer += chunk)).on('error', () => {})
  socket.end(`${line}\n`)
  await once(socket, 'close')
  server.close()
  return { answer, reached }
}

test('what is no message closes the connection, and nothing else', async () => {
  for (const line of [
    'null',
    '5',
    'null\n{}',
    '{"id":{"toString":1},"method":"add"}',
    '{"id":1,"method":{}}',
    '{"id":1,"method":"add","params":5}',
    '{"id":1,"method":"add","timeoutMs":{"valueOf":1}}',
  ])
    assert.equal(await say(line), { answer: '', reached: [] }, line)
})

test('an event without path or topic reaches nobody', async () => {
  for (const params of ['[{"toString":1},"topic"]', '["",{"toString":1}]', '[]'])
    assert.equal(await say(`{"method":"$/event","params":${params}}`), { answer: '', reached: [] }, params)
})

test.run()
