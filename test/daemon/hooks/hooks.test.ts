// Whom a host tells of its events over HTTP, against receivers of every kind. Not here: a real host and its deaths (e2e/events.test.ts).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Delivery, type DeliveryNeeds } from '../../../daemon/hooks/delivery.ts'
import { checkUrl, Hooks } from '../../../daemon/hooks/hooks.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

const secret = 'not known to others'

/** A receiver that answers as it is told, and what came. */
async function receiver(answer: (response: ServerResponse, count: number) => void) {
  const got: { number: number; type: string; pod?: string }[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    got.push(JSON.parse(body))
    answer(response, got.length)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const end = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}/in`, got, [Symbol.dispose]: end }
}

const taken = (response: ServerResponse) => void response.writeHead(204).end()
const eager = { hookMaxDelay: 10 }
/** The disk fails whenever this file is opened. */
function diskFails(file: string) {
  const { open } = files
  const fails = { count: 0, [Symbol.dispose]: () => become(open) }
  const become = (other: typeof open) => {
    files.open = other
    syncBuiltinESMExports()
  }
  become(async (path, ...rest) => {
    if (path !== file) return await open(path, ...rest)
    fails.count++
    throw Object.assign(new Error('EIO: i/o error, open'), { code: 'EIO' })
  })
  return fails
}

const list = async (host: Inside) => (await host.do('hook.list', {})).hooks

test('a hook is sent the events that it names, in order, from when it was added on', async () => {
  using web = await receiver(taken)
  await using host = await Inside.open()
  await host.push('before')
  await host.do('hook.add', { url: web.url, types: ['pushed', 'removed'], secret })
  for (const name of ['one', 'two']) await host.push(name)
  await host.do('pod.remove', { name: 'one' })
  await until(() => web.got.length === 3, 'all are sent')
  assert.equal(
    web.got.map(({ type, pod }) => [type, pod]),
    [
      ['pushed', 'one'],
      ['pushed', 'two'],
      ['removed', 'one'],
    ],
  )
  await until(async () => (await list(host))[0]?.delivered === 3, 'they are counted')
  assert.not.match(JSON.stringify(await list(host)), secret)
})

test('the next host goes on where the last one was', async () => {
  let isBack = false
  using web = await receiver(response => (isBack ? taken(response) : void response.writeHead(503).end()))
  const host = await Inside.open({ settings: { ...eager, hookAttempts: 1000 } })
  await host.do('hook.add', { url: web.url, types: ['pushed'], secret })
  await host.push('one')
  await until(async () => ((await list(host))[0]?.trouble?.attempts ?? 0) > 1, 'it is tried again')
  assert.match((await list(host))[0]?.trouble?.why ?? '', 'it answers 503')
  await host.leave()
  isBack = true
  web.got.length = 0
  await using next = await Inside.open({ after: host, settings: eager })
  await next.push('two')
  // The last request of the first host may have come only now.
  await until(() => new Set(web.got.map(({ pod }) => pod)).size === 2, 'both are sent')
  await until(async () => (await list(next))[0]?.delivered === 2, 'both are counted')
  assert.is((await list(next))[0]?.trouble, undefined)
})

test('a receiver that is silent, redirects or refuses is sent each event so often and no more', async () => {
  using silent = await receiver(() => {})
  using elsewhere = await receiver(taken)
  using moved = await receiver(response => void response.writeHead(302, { location: elsewhere.url }).end())
  await using host = await Inside.open({ settings: { ...eager, hookTimeout: 1000, hookAttempts: 2 } })
  for (const { url } of [silent, moved]) await host.do('hook.add', { url, types: ['pushed'], secret })
  await host.push('one')
  await until(async () => (await list(host)).every(({ dropped }) => dropped === 1), 'both are given up')
  assert.is(elsewhere.got.length, 0)
  assert.ok(moved.got.length === 2 && silent.got.length <= 2)
  const [first, second] = await list(host)
  assert.match(first?.trouble?.why ?? '', 'there was no answer within 1000 ms')
  assert.match(second?.trouble?.why ?? '', 'redirects are not followed')
})

test('a receiver that is dead keeps nobody waiting, and its hook can be removed', async () => {
  using web = await receiver(taken)
  await using host = await Inside.open()
  await host.do('hook.add', { url: 'http://127.0.0.1:1/', secret })
  const { id } = await host.do('hook.add', { url: web.url, types: ['pushed'], secret })
  await host.push('one')
  await until(() => web.got.length === 1, 'the other is told')
  assert.equal(await host.do('hook.remove', { hook: 'http://127.0.0.1:1' }), {
    id: '1',
    url: 'http://127.0.0.1:1/',
    removed: true,
  })
  await host.do('hook.remove', { hook: id })
  await host.push('two')
  assert.equal(await list(host), [])
  assert.is(web.got.length, 1)
  const error = await failsWith('hook_not_found', () => host.do('hook.remove', { hook: id }))
  assert.match(String(error.message), 'There is no webhook "2"')
})

test('add() refuses what no webhook can be', async () => {
  await using host = await Inside.open({ settings: { maxHooks: 1 } })
  const add = async (url: string, more: object = {}) => await host.do('hook.add', { url, secret, ...more })
  await failsWith('bad_params', () => add('ftp://example.org'))
  await failsWith('bad_params', () => add('nonsense'))
  await failsWith('bad_params', () => add('http://127.0.0.1:1/', { secret: 'short' }))
  await failsWith('bad_params', () => add('http://127.0.0.1:1/', { types: [] }))
  await failsWith('pod_not_found', () => add('http://127.0.0.1:1/', { name: 'nosuch' }))
  await add('http://127.0.0.1:1/')
  const full = await failsWith('bad_params', () => add('http://127.0.0.1:2/'))
  assert.match(String(full.hint), 'maxHooks')
})

test('a file of hooks that cannot be read is not written over, and is read again once it is repaired', async () => {
  const host = await Inside.open()
  await host.do('hook.add', { url: 'http://127.0.0.1:1/', secret })
  await host.leave()
  const { hooks: file, hookPlaces } = host.seams.paths
  const good = readFileSync(file, 'utf8')
  writeFileSync(file, good.slice(0, -20))
  await using next = await Inside.open({ after: host })
  const add = async () => await next.do('hook.add', { url: 'http://127.0.0.1:2/', secret })
  for (const work of [add, () => list(next), () => next.do('hook.remove', { hook: '1' })]) {
    const error = await failsWith('state_broken', work)
    assert.match(String(error.hint), 'Repair the file, or move it away')
  }
  assert.is(readFileSync(file, 'utf8'), good.slice(0, -20))
  writeFileSync(file, good)
  assert.is((await add()).id, '2')
  const known = async () => (await list(next)).map(({ id }) => id)
  assert.equal(await known(), ['1', '2'])
  await next.leave()
  rmSync(file)
  mkdirSync(hookPlaces, { recursive: true })
  writeFileSync(join(hookPlaces, '1.json'), JSON.stringify({ v: 1, after: 9, delivered: 7, dropped: 0 }))
  await using last = await Inside.open({ after: next })
  const { id, delivered } = await last.do('hook.add', { url: 'http://127.0.0.1:1/', secret })
  assert.equal([id, delivered], ['1', 0])
})

test('a file of hooks that cannot be read for a moment is read again without a verb', async () => {
  using web = await receiver(taken)
  const host = await Inside.open()
  await host.do('hook.add', { url: web.url, types: ['pushed'], secret })
  await host.leave()
  using fails = diskFails(host.seams.paths.hooks)
  await using next = await Inside.open({ after: host, settings: eager })
  await next.push('one')
  const error = await failsWith('state_broken', () => list(next))
  assert.match(String(error.hint), 'the file may be right')
  await until(() => fails.count > 3, 'it is tried again')
  fails[Symbol.dispose]()
  await until(() => web.got.length === 1, 'what came meanwhile is sent')
  assert.is(web.got[0]?.pod, 'one')
  assert.equal(
    next.said.filter(line => /webhook/.test(line)),
    ['no webhook is told of events', 'the webhooks are read, and are told of events'],
  )
})

test('a hook whose place cannot be read for a moment sends nothing again, and goes on from there once it can be', async () => {
  using web = await receiver(taken)
  const host = await Inside.open()
  const { id } = await host.do('hook.add', { url: web.url, types: ['pushed'], secret })
  await host.push('one')
  await until(() => web.got.length === 1, 'it is sent')
  await host.leave()
  using fails = diskFails(join(host.seams.paths.hookPlaces, `${id}.json`))
  await using next = await Inside.open({ after: host, settings: eager })
  await next.push('two')
  await until(() => fails.count > 3, 'it is tried again')
  const [waiting] = await list(next)
  assert.match(waiting?.trouble?.why ?? '', 'how far it is cannot be read')
  fails[Symbol.dispose]()
  await until(() => web.got.length > 1, 'it goes on')
  assert.equal(
    web.got.map(({ pod }) => pod),
    ['one', 'two'],
  )
  await until(async () => (await list(next))[0]?.delivered === 2, 'what it has sent is counted')
})

test('begin() begins none twice that was added before', async () => {
  using web = await receiver(taken)
  await using host = await Inside.open()
  const { seams, journal } = host
  const hooks = await Hooks.open({ ...seams, journal, id: 'inside', version: '1.2.3', doors: () => [] })
  await hooks.add({ url: web.url, path: '', types: ['pushed'], secret })
  await hooks.begin()
  await host.push('one')
  await until(() => hooks.list('')[0]?.delivered === 1, 'it is sent')
  assert.is(web.got.length, 1)
  await hooks.detach()
})

test('a hook whose events cannot be read tries again, and says so meanwhile', async () => {
  using web = await receiver(taken)
  await using host = await Inside.open({ settings: eager })
  const folder = host.at.path('journal')
  const file = join(folder, '1.jsonl')
  mkdirSync(folder)
  writeFileSync(file, `${JSON.stringify({ number: 1, at: '', type: 'pushed', path: '', pod: 'one', version: 1 })}\n`)
  using fails = diskFails(file)
  const journal = { folder, first: 1, last: 1, files: [1], recent: [], arrived: new Promise(() => {}) }
  const needs = { ...host.seams, journal, id: 'inside', version: '1.2.3', doors: () => [] } as unknown as DeliveryNeeds
  const hook = { id: '1', url: web.url, path: '', secret, addedAt: '', from: 0 }
  const delivery = new Delivery(hook, { after: 0, delivered: 0, dropped: 0 }, needs)
  await until(() => (delivery.info.trouble?.attempts ?? 0) > 1, 'it is tried again')
  assert.match(delivery.info.trouble?.why ?? '', 'the events cannot be read')
  fails[Symbol.dispose]()
  await until(() => delivery.info.delivered === 1, 'it is sent')
  assert.equal([web.got.length, delivery.info.trouble], [1, undefined])
  await delivery.end()
})

test('checkUrl() shows no password that stands in an address', async () => {
  const error = await failsWith('bad_params', async () => checkUrl('https://ann:secret@example.org/'))
  assert.not.match(error.message, 'secret@')
})

test.run()
