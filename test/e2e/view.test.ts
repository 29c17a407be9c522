// The HTTP view of scripts, driven as its own document describes it: every operation, every status it names. What scripts do
// is tested in test/e2e/scripts.test.ts.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { type OperationId, operations } from '../../protocol/view.ts'
import { problemSchema, type ViewProcess } from '../../protocol/view-schemas.ts'
import type { AuditEntry } from '../../protocol/words-host.ts'
import { scratch } from '../scratch.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('the HTTP view')
const host = new TestHost()
let view: View

type OperationObject = { operationId: OperationId; responses: Record<string, unknown> }
type Document = { paths: Record<string, Record<string, OperationObject>> }
type Asked = { id?: string; query?: string; body?: unknown; headers?: Record<string, string>; raw?: string | Buffer }
type Body = Partial<
  ViewProcess & { process_id: string; total: number; script: string; commands: unknown[]; processes: ViewProcess[] }
>
type Answer = { status: number; body: Body; text: string; headers: Headers }

/** Asks as the document says, and holds each answer to it. */
class View {
  readonly seen = new Set<string>()
  #host: TestHost
  #document: Document

  constructor(host: TestHost, document: Document) {
    this.#host = host
    this.#document = document
  }

  get url(): string {
    return `http://127.0.0.1:${this.#host.port}`
  }

  async ask(id: OperationId, asked: Asked = {}): Promise<Answer> {
    const [path, method, operation] = this.#find(id)
    const hasBody = asked.body !== undefined || asked.raw !== undefined
    const response = await fetch(
      `${this.url}${path.replace('{id}', encodeURIComponent(asked.id ?? ''))}${asked.query ?? ''}`,
      {
        method: method.toUpperCase(),
        headers: {
          authorization: `Bearer ${this.#host.token}`,
          ...(hasBody && { 'content-type': 'application/json' }),
          ...asked.headers,
        },
        ...(hasBody && { body: asked.raw ?? JSON.stringify(asked.body) }),
      },
    )
    const text = await response.text()
    assert.ok(Object.hasOwn(operation.responses, response.status), `${id} ${response.status}: ${text}`)
    this.seen.add(`${id} ${response.status}`)
    const isJson = response.headers.get('content-type') === 'application/json'
    const body = isJson ? JSON.parse(text) : {}
    const spec = operations[id]
    if (response.status >= 400) v.parse(problemSchema, body)
    else if ('result' in spec) v.parse(spec.result as v.GenericSchema, body)
    return { status: response.status, body, text, headers: response.headers }
  }

  #find(id: OperationId): [path: string, method: string, operation: OperationObject] {
    for (const [path, methods] of Object.entries(this.#document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.operationId === id) return [path, method, operation]
      }
    }
    throw new Error(`${id} is not in the document`)
  }
}

test.before(async () => {
  // Each operation is asked for with a wrong token; so many would shut the client out.
  const settings = { maxWrongTokens: 100, wrongTokenDelay: 1 }
  mkdirSync(host.data, { mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'viewed', settings }), { mode: 0o600 })
  await host.up()
  view = new View(host, await documentOf())
})
test.after.each(async () => await host.removeAll())
test.after(async () => await host.dispose())

async function documentOf(): Promise<Document> {
  const headers = { authorization: `Bearer ${host.token}` }
  return (await (await fetch(`http://127.0.0.1:${host.port}/openapi.json`, { headers })).json()) as Document
}

const statusOf = async (view: View, id: string) => (await view.ask('getProcess', { id })).body.status

test('the document is one of OpenAPI 3.1, and has every operation', async () => {
  const document = await documentOf()
  using at = scratch()
  const validator = new Validator()
  const { valid, errors } = await validator.validate(at.file('openapi.json', JSON.stringify(document)))
  assert.ok(valid, JSON.stringify(errors))
  assert.is(validator.version, '3.1')
  const ids = Object.values(document.paths).flatMap(path => Object.values(path).map(({ operationId }) => operationId))
  assert.equal(ids.sort(), Object.keys(operations).sort())
  const body = JSON.stringify(document.paths['/processes']?.post)
  assert.match(body, /"env":\{"type":"object","additionalProperties":\{"type":"string"\}/)
})

test('every operation does what the document says, with every status it names', async () => {
  const script = 'echo $1 $LEVEL; cat; while [ -e "$GATE" ]; do sleep 0.02; done; exit 3\n'
  const gate = join(host.dir, 'gate')
  writeFileSync(gate, '')
  assert.is((await view.ask('createCommand', { body: { name: 'job', script } })).body.id, 'job')
  const made = await view.ask('createCommand', {
    body: { script: Buffer.from(script).toString('base64'), encoding: 'base64' },
  })
  assert.equal([made.status, (await host.status(made.body.id ?? '')).kind], [201, 'script'])
  assert.is((await view.ask('listCommands')).body.commands?.length, 2)
  assert.is((await view.ask('getCommand', { id: 'job' })).body.script, script)
  const body = {
    command_id: 'job',
    args: ['one'],
    params: { level: '2' },
    env: { GATE: gate },
    stdin: 'in\n',
    timeout: '1m',
  }
  const id = (await view.ask('startProcess', { body })).body.process_id ?? ''
  await until(async () => (await view.ask('getProcess', { id })).body.output === 'one 2\nin\n', 'its output is there')
  assert.is(await statusOf(view, id), 'executing')
  assert.is((await view.ask('listProcesses', { query: '?status=executing&command_id=job' })).body.total, 1)
  assert.is((await view.ask('removeProcess', { id })).status, 409)
  assert.is((await view.ask('removeCommand', { id: 'job' })).status, 409)
  const output = view.ask('getOutput', { id, query: '?offset=4' })
  rmSync(gate)
  assert.is((await output).text, '2\nin\n')
  const done = (await view.ask('getProcess', { id })).body
  assert.equal(
    [done.status, done.exit_code, done.signal, done.reason, done.output_bytes],
    ['error', 3, null, 'exited', 9],
  )
  const again = await view.ask('stopProcess', { id })
  assert.equal([again.status, again.body.message], [202, `${id} had ended already`])
  const events = await view.ask('getOutput', { id, headers: { accept: 'text/event-stream' } })
  assert.is(events.headers.get('content-type'), 'text/event-stream')
  assert.match(events.text, /^event: output\nid: 9\ndata: .*\n\nevent: end\nid: 9\ndata: \{"code":3/)
  const ok =
    (await view.ask('startProcess', { body: { command_id: made.body.id, timeout: 5000 } })).body.process_id ?? ''
  await until(async () => (await statusOf(view, ok)) === 'error', 'it has ended')
  assert.is((await view.ask('removeProcess', { id })).status, 204)
  assert.is((await view.ask('removeProcess', { id })).status, 204)
  assert.is((await view.ask('removeCommand', { id: 'job' })).status, 204)
  await provokeWork(host, view)
  await provokeErrors(host, view, made.body.id ?? '')
  const wanted = (Object.keys(operations) as OperationId[]).flatMap(id =>
    [operations[id].status, ...operations[id].errors, 401].map(status => `${id} ${status}`),
  )
  // A stream of events does not end: e2e/events.test.ts reads one.
  const ending = wanted.filter(each => each !== 'followEvents 200')
  assert.equal([...view.seen].sort(), ending.sort())
})

async function provokeWork(host: TestHost, view: View): Promise<void> {
  const worker =
    "export const config = { kind: 'worker' }\nexport const add = (a, b) => a + b\nexport const hold = () => new Promise(() => setInterval(() => {}, 1000))\nexport default () => {}\n"
  await host.ask('pod.push', { name: 'mail', code: worker })
  await host.ask('pod.start', { name: 'mail' })
  await view.ask('addItem', { id: 'mail', body: { fn: 'add', args: [1, 2], id: 'x' } })
  const item = async () => JSON.parse((await view.ask('getItem', { id: 'mail', query: '?id=x&wait=5000' })).text)
  await until(async () => (await item()).result === 3, 'the item is done')
  await view.ask('listQueues')
  await view.ask('getQueue', { id: 'mail' })
  await view.ask('listItems', { id: 'mail', query: '?state=done' })
  await view.ask('getItem', { id: 'mail', query: '?id=y' })
  await view.ask('getItem', { id: 'mail', query: '?id=x&wait=long' })
  await view.ask('getQueue', { id: 'nobody' })
  await view.ask('addItem', { id: 'nobody', body: { fn: 'add' } })
  await view.ask('listItems', { id: 'nobody', query: '?state=done' })
  await view.ask('pauseQueue', { id: 'mail' })
  await view.ask('addItem', { id: 'mail', body: { fn: 'add', args: [1, 2], id: 'z' } })
  await view.ask('cancelItem', { id: 'mail', body: { id: 'z' } })
  await view.ask('resumeQueue', { id: 'mail' })
  await host.ask('pod.push', { name: 'post', code: worker })
  await host.ask('pod.start', { name: 'post' })
  const steps = { retryItems: {}, dropItems: {}, moveItems: { to: 'post' } }
  for (const [step, more] of Object.entries(steps) as [keyof typeof steps, object][]) {
    await view.ask(step, { id: 'mail', body: { ids: 'all', state: 'dead', ...more } })
    await view.ask(step, { id: 'mail', body: { ids: ['y'], ...more } })
  }
  await view.ask('cancelItem', { id: 'mail', body: { id: 'y' } })
  await view.ask('cancelItem', { id: 'mail', body: { id: 'x' } })
  await view.ask('retryItems', { id: 'mail', body: { ids: ['x'] } })
  await view.ask('moveItems', { id: 'mail', body: { ids: ['x'], to: 'post' } })
  for (const id of ['pauseQueue', 'resumeQueue'] as const) await view.ask(id, { id: 'nobody' })
  for (const id of ['addItem', 'retryItems', 'dropItems', 'moveItems', 'cancelItem'] as const)
    await view.ask(id, { id: 'mail', raw: 'fn=add', headers: { 'content-type': 'text/plain' } })
  // Nothing ends it meanwhile: an item that runs cannot be dropped.
  await view.ask('addItem', { id: 'mail', body: { fn: 'hold', id: 'h' } })
  const held = async () => JSON.parse((await view.ask('getItem', { id: 'mail', query: '?id=h' })).text)
  await until(async () => (await held()).state === 'running', 'it runs')
  await view.ask('dropItems', { id: 'mail', body: { ids: ['h'] } })
  await view.ask('cancelItem', { id: 'mail', body: { id: 'h' } })
}

async function provokeErrors(host: TestHost, view: View, command: string): Promise<void> {
  const expect = async (status: number, id: OperationId, asked: Asked, message?: RegExp) => {
    const answer = await view.ask(id, asked)
    assert.is(answer.status, status, `${id}: ${answer.text}`)
    if (message) assert.match(answer.body.message ?? '', message)
  }
  for (const id of Object.keys(operations) as OperationId[]) {
    await expect(401, id, { id: 'job', headers: { authorization: 'Bearer wrong' } })
    await expect(
      400,
      id,
      {
        id: 'job',
        query: id === 'getItem' ? '?id=x&nonsense=1' : '?nonsense=1',
        body: operations[id].method === 'POST' ? {} : undefined,
      },
      /"nonsense"/,
    )
  }
  for (const id of ['getCommand', 'removeCommand'] as const) await expect(404, id, { id: 'nobody' })
  for (const id of ['getProcess', 'getOutput', 'stopProcess'] as const) await expect(404, id, { id: 'nobody.7' })
  await expect(404, 'startProcess', { body: { command_id: 'nobody' } })
  await expect(404, 'followEvents', { query: '?path=nowhere' })
  await expect(404, 'listProcesses', { query: '?command_id=nobody' })
  await expect(400, 'createCommand', { body: { script: 'true', color: 'red' } }, /no field "color"/)
  await expect(400, 'createCommand', { body: { script: ' \n' } }, /empty/)
  await expect(400, 'createCommand', { body: { script: 'true', name: 'Not A Name' } }, /name/)
  await expect(400, 'createCommand', { raw: '{"script":' }, /not JSON/)
  await host.push('forever')
  await expect(409, 'createCommand', { body: { script: 'true', name: 'forever' } }, /it is a service/)
  await expect(400, 'startProcess', { body: { command_id: command, timeout: 'soon' } }, /timeout/)
  await expect(400, 'startProcess', { body: { command_id: command, args: 'a b' } }, /list/)
  await expect(400, 'getOutput', { id: `${command}.1`, query: '?offset=-1' }, /offset/)
  await expect(400, 'listProcesses', { query: '?limit=0' }, /limit/)
  await expect(400, 'listProcesses', { query: '?status=fine' }, /status/)
  await view.ask('createCommand', { body: { name: 'nope', script: '#!/nowhere/at-all\n' } })
  await expect(409, 'startProcess', { body: { command_id: 'nope' } }, /"\/nowhere\/at-all"/)
  for (const id of ['createCommand', 'startProcess'] as const) {
    await expect(415, id, { raw: 'script=true', headers: { 'content-type': 'text/plain' } })
    await host.ok('host', 'stop')
    const file = join(host.data, 'host.json')
    const made = JSON.parse(readFileSync(file, 'utf8'))
    const settings = { ...made.settings, maxImageBytes: 1000, maxLineBytes: 4000 }
    writeFileSync(file, JSON.stringify({ ...made, settings }))
    await host.up()
    await expect(413, id, { body: { command_id: command, script: 'x'.repeat(5000) } })
  }
  await expect(413, 'createCommand', { body: { script: 'x'.repeat(2000) } })
}

test('runs are listed in pages, by status', async () => {
  await view.ask('createCommand', { body: { name: 'many', script: 'exit $1\n' } })
  for (const code of ['0', '1', '0', '1', '0'])
    await view.ask('startProcess', { body: { command_id: 'many', args: [code] } })
  const ended = async () => (await host.ask('pod.runs', { name: 'many' })).runs.every(({ end }) => end)
  await until(ended, 'all have ended')
  const ids = async (query: string) => {
    const { processes } = (await view.ask('listProcesses', { query })).body as unknown as {
      processes: { id: string }[]
    }
    return processes.map(({ id }) => id)
  }
  assert.equal(await ids('?limit=2'), ['many.5', 'many.4'])
  assert.equal(await ids('?limit=2&offset=4'), ['many.1'])
  assert.equal(await ids('?status=error'), ['many.4', 'many.2'])
  assert.equal(await ids('?status=finished&limit=1&offset=1'), ['many.3'])
})

test('a token that may only look is refused with 403, as the document says', async () => {
  const { token } = await host.json<{ token: string }>('host', 'token', 'add', 'looker', '--role', 'read')
  const headers = { authorization: `Bearer ${token}` }
  assert.is((await view.ask('listCommands', { headers })).status, 200)
  const refused = await view.ask('createCommand', { body: { script: 'true' }, headers })
  assert.equal([refused.status, JSON.parse(refused.text).code], [403, 'forbidden'])
})

test('a change that is refused before its verb is asked is in the audit log too', async () => {
  await view.ask('startProcess', { body: { command_id: 'no-such' } })
  await view.ask('removeCommand', { id: 'no-such' })
  await view.ask('createCommand', { body: { nonsense: 1 } })
  const { entries } = await host.json<{ entries: AuditEntry[] }>('host', 'audit')
  assert.equal(
    entries.slice(-3).map(({ who, verb, pod, outcome }) => [who, verb, pod, outcome]),
    [
      ['default', 'pod.start', 'no-such', 'pod_not_found'],
      ['default', 'pod.remove', 'no-such', 'pod_not_found'],
      ['default', 'pod.push', undefined, 'bad_params'],
    ],
  )
})

test('paths and methods that are none are told of', async () => {
  const headers = { authorization: `Bearer ${host.token}` }
  assert.is((await fetch(`${view.url}/nowhere`, { headers })).status, 404)
  const put = await fetch(`${view.url}/processes`, { headers, method: 'PUT' })
  assert.equal([put.status, put.headers.get('allow')], [405, 'POST, GET, HEAD'])
  for (const path of ['/processes', '/openapi.json']) {
    const head = await fetch(`${view.url}${path}`, { headers, method: 'HEAD' })
    assert.equal([head.status, await head.text()], [200, ''])
  }
  assert.is((await fetch(`${view.url}/openapi.json`)).status, 401)
})

test.run()
