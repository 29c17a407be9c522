// What each method really answers, beside the schema of it that rpc.discover gives. Not here: what it does.
import { createHash } from 'node:crypto'
import net from 'node:net'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LineSplitter } from '../../protocol/lines.ts'
import { type MethodName, methods } from '../../protocol/methods.ts'
import { root } from '../paths.ts'
import { TestHost } from './harness.ts'

const test = suite('answers')
const host = new TestHost()

test.before(() => host.up())
test.after(() => host.dispose())

type Answer = { id?: number; method?: string; result?: unknown; error?: { message: string } }

/** A connection to the host, by hand: the client that ships checks answers itself. */
class Line {
  #socket = net.connect(join(host.data, 'host.sock'))
  #splitter = new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })
  #waiting = new Map<number, (answer: Answer) => void>()
  #told = new Map<string, PromiseWithResolvers<void>>()
  #lastId = 0

  constructor() {
    this.#socket.on('data', (chunk: Buffer) => {
      for (const line of this.#splitter.push(chunk)) this.#take(JSON.parse(line) as Answer)
    })
  }

  /** @returns the id of the request, and its answer */
  ask(method: string, params: object): { id: number; answer: Promise<Answer> } {
    const id = ++this.#lastId
    const answer = new Promise<Answer>(resolve => this.#waiting.set(id, resolve))
    this.#socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    return { id, answer }
  }

  /** Resolves once the host has told this. */
  told(method: string): Promise<void> {
    return this.#tellOf(method).promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #take({ id, method, ...answer }: Answer): void {
    if (id !== undefined) this.#waiting.get(id)?.(answer)
    else if (method !== undefined) this.#tellOf(method).resolve()
  }

  #tellOf(method: string): PromiseWithResolvers<void> {
    const told = this.#told.get(method) ?? Promise.withResolvers<void>()
    this.#told.set(method, told)
    return told
  }
}

const service = `export const add = (a, b) => a + b
export const commands = { ask: async (_argv, _send, recv) => await recv('what? ') }
export default async () => console.log('it is up')`
const script = '#!/bin/sh\necho "$1"\nexit 3\n'
const file = Buffer.from('hello')

test('the answer of every method fits the schema that rpc.discover gives of it', async () => {
  const line = new Line()
  const { result: document } = await line.ask('rpc.discover', {}).answer
  const schemas = new Map(
    (document as { methods: { name: string; result: { schema: object } }[] }).methods.map(({ name, result }) => [
      name,
      new Ajv({ strict: false, allErrors: true }).compile(result.schema),
    ]),
  )
  const asked = new Set<string>()
  const take = async (method: MethodName, answering: Promise<Answer>) => {
    const { result, error } = await answering
    assert.is(error?.message, undefined, method)
    const isFit = schemas.get(method)
    assert.ok(isFit?.(result), `${method} answers ${JSON.stringify(result)}: ${JSON.stringify(isFit?.errors)}`)
    asked.add(method)
    return result
  }
  const ask = async (method: MethodName, params: object = {}) => await take(method, line.ask(method, params).answer)

  await ask('host.auth', { token: host.token })
  for (const method of ['rpc.discover', 'rpc.ping', 'host.info'] as const) await ask(method)
  await ask('host.token.add', { name: 'guest', role: 'read', expiresInMs: 60_000 })
  await ask('host.token.list')
  await ask('host.token.remove', { name: 'guest' })
  const { code } = (await ask('host.page.code', {})) as { code: string }
  await ask('host.page.enter', { code })
  await ask('host.page.leave')
  const watch = line.ask('host.watch', {})
  await line.told('host.change')
  await ask('events.list')
  const events = line.ask('events.follow', { after: 0 })
  await line.told('events.told')

  const secret = 'long enough to be one'
  const { id: hookId } = (await ask('hook.add', { url: 'http://localhost:9/', types: ['crashed'], secret })) as {
    id: string
  }
  await ask('hook.list')
  await ask('host.savings')
  await ask('host.metrics')
  await ask('hook.remove', { hook: hookId })

  const hash = createHash('sha256').update(file).digest('hex')
  await ask('pod.push.missing', { hashes: [hash] })
  await ask('pod.push.files', { files: [{ hash, data: file.toString('base64') }] })
  await ask('pod.push', { name: 'web', code: service, file: 'web.js', labels: { team: 'a' } })
  await ask('pod.start', { name: 'web', params: { port: '1' }, config: { check: { interval: '1m' } } })
  await ask('pod.scale', { name: 'web', scale: 2 })
  await ask('pod.env', { name: 'web', set: { A: 'b' }, values: true })
  await ask('pod.group', { name: 'all', members: { web: 1 }, sticky: 'cookie', route: { at: 'a.test', strip: true } })
  await ask('pod.restart', { name: 'web' })
  await ask('pod.push', { name: 'web', code: `${service}\n` })
  await ask('pod.reload', { name: 'web' })
  await ask('image.list')
  await ask('image.show', { name: 'web' })
  await ask('image.bytes', { name: 'web', file: 'code' })
  await ask('image.prune', { keep: 2 })
  await ask('profile.set', { profile: 'small', config: { retries: 3 } })
  await ask('profile.list')
  await ask('profile.remove', { profile: 'small' })
  await ask('quota.set', { tenant: 'team', bounds: { pods: 3, memory: '1GB' } })
  await ask('quota.list')
  await ask('pod.rollback', { name: 'web' })
  await ask('pod.wake', { name: 'web' })
  await ask('pod.push', { name: 'bed', code: service })
  await ask('pod.start', { name: 'bed', config: { listen: 'unix' }, asleep: true })
  await ask('pod.sleep', { name: 'bed' })
  await ask('pod.push', { name: 'mail', code: `${service}\nexport const config = { kind: 'worker' }` })
  await ask('pod.start', { name: 'mail' })
  const { id } = (await ask('queue.add', { name: 'mail', fn: 'add', args: [1, 2] })) as { id: string }
  await ask('queue.item', { name: 'mail', id, waitMs: 60_000 })
  await ask('queue.list', {})
  await ask('queue.items', { name: 'mail', state: 'done' })
  await ask('queue.pause', { name: 'mail' })
  await ask('queue.add', { name: 'mail', fn: 'add', args: [1, 2], id: 'late' })
  await ask('queue.cancel', { name: 'mail', id: 'late' })
  await ask('queue.retry', { name: 'mail', ids: ['late'] })
  await ask('pod.push', { name: 'post', code: `${service}\nexport const config = { kind: 'worker' }` })
  await ask('pod.start', { name: 'post' })
  await ask('queue.move', { name: 'mail', to: 'post', ids: ['late'] })
  await ask('queue.add', { name: 'mail', fn: 'add', args: [1, 2], id: 'later' })
  await ask('queue.drop', { name: 'mail', ids: ['later'] })
  await ask('queue.resume', { name: 'mail' })
  await ask('pod.status', { name: 'web', usage: true })
  await ask('pod.list', { usage: true })
  await ask('pod.versions', { name: 'web' })
  await ask('pod.usage', { name: 'web' })
  await ask('pod.usage', { last: true })
  await ask('pod.call', { name: 'web', fn: 'add', args: [1, 2] })
  await ask('pod.logs', { name: 'web' })

  await ask('pod.commands', { name: 'web' })
  const command = line.ask('pod.command', { name: 'web', argv: ['ask'] })
  await line.told('pod.command.recv')
  await ask('pod.command.input', { request: command.id, text: 'this' })
  await take('pod.command', command.answer)
  await ask('pod.command.cancel', { request: line.ask('pod.command', { name: 'web', argv: ['ask'] }).id })

  await ask('pod.push', { name: 'job', code: script })
  await ask('pod.start', { name: 'job', args: ['hello'], stdin: '' })
  for (const method of ['pod.script', 'pod.output', 'pod.status'] as const) await ask(method, { name: 'job' })
  await ask('pod.push', { name: 'cat', code: '#!/bin/sh\nexec cat\n', kind: 'service' })
  await ask('pod.start', { name: 'cat', config: { stdin: 'open', readyAfter: 10 } })
  await ask('pod.send', { name: 'cat', text: 'hello\n' })
  await ask('pod.push', { name: 'broken', code: 'export default () => { throw new Error("no") }' })
  await line.ask('pod.start', { name: 'broken', config: { restart: 'never' } }).answer

  await ask('pod.list')
  await ask('pod.runs')
  await ask('pod.logs')
  await ask('host.audit')
  await ask('rpc.cancel', { request: watch.id })
  assert.match((await watch.answer).error?.message ?? '', 'canceled')
  await ask('rpc.cancel', { request: events.id })
  await ask('pod.stop', { name: 'web' })
  await ask('pod.status', { name: 'web' })
  await ask('pod.remove', { name: 'web' })
  await ask('host.upgrade', { folder: root })
  line.close()
  // It waits for the next host.
  const other = new Line()
  await take('host.stop', other.ask('host.stop', { pods: true }).answer)
  other.close()
  // A watch has no other end than its cancel.
  assert.equal([...asked, 'host.watch', 'events.follow'].sort(), Object.keys(methods).sort())
})

test.run()
