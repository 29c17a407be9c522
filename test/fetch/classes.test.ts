// Request and Response of a pod that exports `fetch`, as everyone else sees them.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isUsed, LazyRequest, useLazyClasses } from '../../fetch/classes.ts'

const test = suite('classes')
const native = globalThis.Response

test.before(() => useLazyClasses())

test('useLazyClasses() is done once, and a Response is one, also one of Node, a class of its own, and one of fetch', async () => {
  const lazy = globalThis.Response
  useLazyClasses()
  assert.is(globalThis.Response, lazy)
  class Own extends Response {}
  assert.equal(
    [new Response(), new native(), new Own(), await fetch('data:,a')].map(one => [
      one instanceof Response,
      one instanceof native,
      one instanceof Own,
    ]),
    [
      [true, true, false],
      [true, true, false],
      [true, true, true],
      [true, true, false],
    ],
  )
  assert.not.ok({} instanceof Response)
})

test('a Response has what was given, whenever it is looked at', async () => {
  const response = new Response('text', { status: 202, headers: { 'x-a': 'b' } })
  assert.equal([response.status, response.ok, response.headers.get('x-a'), response.bodyUsed], [202, true, 'b', false])
  assert.is(await response.clone().text(), 'text')
  assert.is(isUsed(response), false)
  assert.is(await response.text(), 'text')
  assert.is(isUsed(response), true)
  assert.is(isUsed(new Response('x')), false)
  const json = Response.json({ a: 1 }, { status: 201 })
  assert.equal([json.status, json.headers.get('content-type'), await json.json()], [201, 'application/json', { a: 1 }])
  assert.is(Response.redirect('http://a/').status, 302)
  assert.is(Response.error().type, 'error')
  assert.throws(() => Response.json(undefined), TypeError)
})

test('a Response is refused where the standard refuses it', () => {
  for (const status of [0, 99, 101, 199, 600, 200.5, Number.NaN])
    assert.throws(
      () => new Response('', { status }),
      (error: unknown) => error instanceof RangeError,
    )
  for (const status of [204, 205, 304]) {
    assert.throws(
      () => new Response('', { status }),
      (error: unknown) => error instanceof TypeError,
    )
    assert.is(new Response(null, { status }).status, status)
  }
})

test('LazyRequest can be cloned, made anew, and sent on by fetch', async () => {
  const target = createServer((incoming, outgoing) => incoming.pipe(outgoing)).listen(0, '127.0.0.1')
  const seen: string[] = []
  const server = createServer(async (incoming, outgoing: ServerResponse) => {
    const request = new LazyRequest({ req: incoming, res: outgoing }) as unknown as Request
    const there = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`
    const copy = new Request(request)
    seen.push(copy.method, copy.headers.get('x-a') ?? '', String(request.signal.aborted))
    outgoing.end(await (await fetch(new Request(there, copy))).text())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    method: 'PUT',
    body: 'body',
    headers: { 'x-a': 'b' },
  })
  assert.equal([await response.text(), seen], ['body', ['PUT', 'b', 'false']])
  for (const one of [server, target]) {
    one.close()
    one.closeAllConnections()
  }
})

test.run()
