import { EventEmitter } from 'node:events'
import type http from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pipeline } from '../../../../daemon/server/http/pipeline.ts'

/** A connection on which requests by name come, and the order in which they begin. */
function connection(pipeline: Pipeline) {
  const begun: string[] = []
  const responses: Record<string, EventEmitter> = {}
  const socket = {
    destroyed: false,
    destroy: () => {
      socket.destroyed = true
    },
  }
  const send = (name: string) => {
    responses[name] = new EventEmitter()
    const response = responses[name] as http.ServerResponse
    pipeline.add({ socket } as unknown as http.IncomingMessage, { response, begin: () => begun.push(name) })
  }
  const answer = async (name: string) => {
    responses[name]?.emit('close')
    await new Promise(resolve => setImmediate(resolve))
  }
  return { begun, socket, send, answer }
}

test('add() begins a request once the one before it on its connection is answered', async () => {
  const pipeline = new Pipeline({ maxPipelinedRequests: 8 })
  const [one, other] = [connection(pipeline), connection(pipeline)]
  for (const name of ['a', 'b', 'c']) one.send(name)
  other.send('x')
  assert.equal([one.begun, other.begun], [['a'], ['x']])
  await one.answer('a')
  assert.equal(one.begun, ['a', 'b'])
  await one.answer('b')
  await one.answer('c')
  one.send('d')
  assert.equal(one.begun, ['a', 'b', 'c', 'd'])
})

test('add() closes a connection on which too many wait, and begins nothing there any more', async () => {
  const { begun, socket, send, answer } = connection(new Pipeline({ maxPipelinedRequests: 2 }))
  for (const name of ['a', 'b', 'c']) send(name)
  assert.not(socket.destroyed)
  send('d')
  assert.ok(socket.destroyed)
  send('e')
  await answer('a')
  assert.equal(begun, ['a'])
})

test.run()
