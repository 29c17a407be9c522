// How a run begins to serve, and what is waited for. What is served: fetch/main.test.ts; on held ports: e2e/fetch.test.ts.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { FetchContext } from '../../protocol/author.ts'
import { Serving } from '../../shim/serving.ts'

type Given = { around: Pick<FetchContext, 'waitUntil' | 'params'> }

/** Serves with a server that answers nothing, and gives what its handlers would be given. */
async function begun(serving: Serving): Promise<{ server: Server; given: Given }> {
  let given: Given | undefined
  const serverOf = (served: Given) => {
    given = served
    return createServer()
  }
  const load = async () => ({ serverOf, requestId: () => 'r-1' })
  const around = { params: { a: '1' }, bus: {} as never, p8a: {} as never }
  const made: Server[] = []
  const mayListen = (server: object) => made.push(server as Server) > 0
  await serving.begin({ fetch: () => new Response() }, around, { mayListen, load: load as never })
  return { server: made[0] as Server, given: given as unknown as Given }
}

test('begin() listens at the port, and its handlers have what a pod has', async () => {
  const serving = new Serving({ name: 'main', host: '127.0.0.1', port: 0 })
  const { server, given } = await begun(serving)
  assert.ok((server.address() as AddressInfo).port > 0)
  assert.equal([serving.address, given.around.params, serving.requestId], ['127.0.0.1:0', { a: '1' }, 'r-1'])
  server.close()
})

test('settled() waits for all that waitUntil was given, also meanwhile, and one that fails is logged', async () => {
  const serving = new Serving({ name: 'main', host: '', port: 0 })
  const { server, given } = await begun(serving)
  server.close()
  const { waitUntil } = given.around
  const first = Promise.withResolvers<void>()
  const seen: string[] = []
  waitUntil(
    first.promise.then(() => {
      seen.push('first')
      waitUntil(Promise.resolve().then(() => seen.push('second')))
      throw new Error('it went wrong')
    }),
  )
  assert.is(serving.busy, 1)
  const { write } = process.stderr
  process.stderr.write = ((text: string) => seen.push(text.split('\n', 1)[0] ?? '') > 0) as typeof write
  try {
    first.resolve()
    await serving.settled()
  } finally {
    process.stderr.write = write
  }
  assert.is(serving.busy, 0)
  assert.equal(seen, ['first', 'second', 'p8a: what waitUntil was given failed: Error: it went wrong'])
  await serving.settled()
})

test.run()
