// How an HTTP request becomes an operation of the view, and what is answered where it does not, with a dispatcher that is
// the test's. Not here: what the operations do (view-actions.test.ts).
import { once } from 'node:events'
import http from 'node:http'
import type net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority } from '../../../../daemon/server/access/authority.ts'
import { Guest } from '../../../../daemon/server/guest.ts'
import { answerView } from '../../../../daemon/server/http/view.ts'
import type { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { P8aError, toWireError } from '../../../../protocol/errors.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'

type Problem = { code: string; message: string; hint?: string }
type Given = { body?: unknown; raw?: string; headers?: Record<string, string>; isKnown?: boolean; fails?: Error }

/** Asks the view, whose host answers every verb with `{ kind: 'script', … }`. */
async function ask(method: string, path: string, given: Given = {}) {
  const asked: string[] = []
  const refused: [method: string, name: string, code: string][] = []
  const bugs: unknown[] = []
  const rpc = {
    answer: async ({ method }: { method: string }) => {
      asked.push(method)
      if (given.fails) return { error: toWireError(given.fails) }
      return {
        result: { kind: 'script', pods: [], runs: [{ id: 'x.1', state: 'up' }], run: 'x.1', total: 0, data: '' },
      }
    },
    refused: async (method: string, { name, error }: { name: string; error: P8aError }) =>
      void refused.push([method, name, error.code]),
  } as unknown as Rpc
  const seams = {
    settings: { ...defaultSettings, wrongTokenDelay: 1, maxLineBytes: 1000 },
    log: { error: (...bug: unknown[]) => bugs.push(bug) },
  } as unknown as Pick<Seams, 'settings' | 'log'>
  const authority = { judge: () => ({ refusal: 'The token is wrong' }) } as unknown as Authority
  const visitor = given.isKnown === false ? { address: '192.0.2.1', welcome: () => {} } : undefined
  const server = http.createServer((request, response) => {
    const client = new Guest({ authority, visitor, onEnded: () => {} })
    void answerView(request, response, { seams, rpc, client })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const body = given.raw ?? (given.body === undefined ? undefined : JSON.stringify(given.body))
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      connection: 'close',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  server.close()
  await once(server, 'close')
  const problem = (response.status >= 400 ? JSON.parse(text) : {}) as Problem
  return { status: response.status, headers: response.headers, text, problem, asked, refused, bugs }
}

test('answerView() finds the operation by method and path, and asks the host', async () => {
  for (const [method, path, verbs, status] of [
    ['GET', '/commands', ['pod.list'], 200],
    ['GET', '/commands/x', ['pod.status', 'pod.script'], 200],
    ['DELETE', '/commands/x', ['pod.status', 'pod.remove'], 204],
    ['GET', '/processes?limit=5', ['pod.runs'], 200],
    ['GET', '/processes/x.1', ['pod.runs', 'pod.output'], 200],
    ['POST', '/processes/x.1/stop', ['pod.runs', 'pod.stop', 'pod.runs'], 202],
    ['DELETE', '/processes/x.1', ['pod.remove'], 204],
  ] as const) {
    const { asked, status: answered } = await ask(method, path)
    assert.equal([asked, answered], [verbs, status], `${method} ${path}`)
  }
  const { asked, status } = await ask('POST', '/processes', { body: { command_id: 'x' } })
  assert.equal([asked, status], [['pod.status', 'pod.start'], 201])
})

for (const [what, method, path, given, status, code, message] of [
  ['a path that is none', 'GET', '/commands/x/y', {}, 404, 'method_not_found', /nothing at \/commands\/x\/y/],
  ['an id that is empty', 'GET', '/commands/', {}, 404, 'method_not_found', /nothing at/],
  ['a method that the path has not', 'PUT', '/commands', {}, 405, 'bad_request', /Cannot PUT/],
  ['an id that cannot be read', 'GET', '/commands/%zz', {}, 400, 'bad_request', /"%zz"/],
  ['a query that is not there', 'GET', '/processes?nonsense=1', {}, 400, 'bad_params', /no field "nonsense"/],
  ['a query that is wrong', 'GET', '/processes?limit=0', {}, 400, 'bad_params', /"limit" must be/],
  [
    'a body of another type',
    'POST',
    '/commands',
    { raw: 'x', headers: { 'content-type': 'text/plain' } },
    415,
    'bad_content_type',
    /text\/plain/,
  ],
  ['a body that is no JSON', 'POST', '/commands', { raw: '{' }, 400, 'parse_error', /not JSON/],
  ['a body that is a list', 'POST', '/commands', { body: [] }, 400, 'bad_params', /must be an object/],
  ['a body that lacks a field', 'POST', '/commands', { body: {} }, 400, 'bad_params', /"script" is missing/],
  [
    'a config that is wrong',
    'POST',
    '/processes',
    { body: { command_id: 'x', timeout: 'soon' } },
    400,
    'bad_config',
    /"timeout"/,
  ],
  [
    'a body that is too large',
    'POST',
    '/commands',
    { body: { script: 'x'.repeat(2000) } },
    413,
    'too_large',
    /1000 bytes/,
  ],
] as [string, string, string, Given, number, string, RegExp][]) {
  test(`answerView() refuses ${what}`, async () => {
    const { status: answered, problem, asked } = await ask(method, path, given)
    assert.equal([answered, problem.code, asked], [status, code, []])
    assert.match(problem.message, message)
  })
}

test('answerView() says which methods a path has', async () => {
  for (const [path, allow] of [
    ['/commands', 'POST, GET, HEAD'],
    ['/commands/x', 'GET, DELETE, HEAD'],
    ['/processes/x.1/stop', 'POST'],
    ['/openapi.json', 'GET, HEAD'],
  ] as const) {
    const wrong = await ask('PATCH', path)
    assert.equal([wrong.status, wrong.problem.code, wrong.headers.get('allow')], [405, 'bad_request', allow])
    const options = await ask('OPTIONS', path)
    assert.equal([options.status, options.text, options.headers.get('allow')], [204, '', allow])
  }
  assert.is((await ask('OPTIONS', '/nothing')).status, 404)
})

test('answerView() answers HEAD as GET, without a body', async () => {
  for (const path of ['/commands', '/commands/x', '/processes', '/processes/x.1', '/openapi.json']) {
    const [get, head] = [await ask('GET', path), await ask('HEAD', path)]
    assert.equal([head.status, head.text, head.asked], [200, '', get.asked], path)
    assert.is(head.headers.get('content-length'), String(Buffer.byteLength(get.text)), path)
  }
})

test('answerView() takes no body that is compressed or in another charset, and says so', async () => {
  const body = { name: 'x', script: 'true' }
  for (const headers of [
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'identity, br' },
    { 'content-type': 'application/json; charset=utf-16' },
  ]) {
    const { status, problem, headers: told, asked } = await ask('POST', '/commands', { body, headers })
    assert.equal([status, problem.code, told.get('accept-encoding')], [415, 'bad_content_type', 'identity'])
    assert.equal(asked, [])
  }
  const plain = { 'content-encoding': 'identity', 'content-type': 'Application/JSON; charset="UTF-8"' }
  assert.is((await ask('POST', '/commands', { body, headers: plain })).status, 201)
})

test('answerView() tells who is not known nothing but that, and closes', async () => {
  for (const [method, path] of [
    ['GET', '/commands'],
    ['GET', '/openapi.json'],
    ['PUT', '/processes/x/y/z'],
  ] as const) {
    const { status, headers, problem, asked } = await ask(method, path, { isKnown: false })
    assert.equal([status, problem.code, asked], [401, 'unauthorized', []])
    assert.equal([headers.get('www-authenticate'), headers.get('connection')], ['Bearer', 'close'])
  }
})

test('answerView() gives what the host refuses its own status, and a hint that names no remote', async () => {
  const fails = new P8aError('pod_running', 'It is up', {
    hint: { text: 'Stop it', do: { verb: 'stop', args: ['x'] } },
  })
  const { status, problem } = await ask('DELETE', '/commands/x', { fails })
  assert.equal([status, problem.code, problem.message], [409, 'pod_running', 'It is up'])
  assert.not.match(problem.hint ?? '', 'REMOTE')
})

test('answerView() notes a change that it refused before any verb was asked, and no other', async () => {
  const early = await ask('POST', '/commands', { raw: '{' })
  assert.equal(early.refused, [['pod.push', '', 'parse_error']])
  const named = await ask('DELETE', '/commands/x?nonsense=1')
  assert.equal(named.refused, [['pod.remove', 'x', 'bad_params']])
  const reading = await ask('GET', '/processes?limit=0')
  assert.equal(reading.refused, [])
  const later = await ask('DELETE', '/processes/x.1', { fails: new P8aError('pod_running', 'It is up') })
  assert.equal(later.refused, [], 'the verb is in the audit log by itself')
})

test.run()
