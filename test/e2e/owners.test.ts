// A host that a pod makes, and that shows each token pods of its own: no method of the wire goes past its owner. Not here: what a
// token may do at all (rights.test.ts, security.test.ts), and what each handler is told (daemon/verbs/handled).
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Client, connect } from '../../cli/client/client.ts'
import { verbs } from '../../daemon/verbs/table.ts'
import type { HostVerb } from '../../daemon/verbs/verb.ts'
import type { Handlers, OwnVerbs } from '../../protocol/author.ts'
import type { PodChange } from '../../protocol/changes.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import { failsWith } from '../fails.ts'
import { root } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('owners')
const host = new TestHost()
const path = 'tenants'
const secret = 'hunter2'
const code = `export const commands = { hi: () => 'secret of bob' }
export const tell = () => 'secret of bob'
export default () => console.log('secret of bob')`
const script = `#!/bin/sh\necho secret of bob`

let ann: Client
let bobsToken = ''

test.before(async () => {
  await host.up()
  await host.pushFile(path, join(root, 'etc/examples/tenants-host.ts'))
  await host.begin(path)
  const tokens = ['ann', 'bob'].map(name => host.ask('host.token.add', { name, role: 'deploy', path }))
  const [anns, bobs] = await Promise.all(tokens)
  bobsToken = bobs?.token ?? ''
  ann = await connect(`127.0.0.1:${host.port}`, { token: anns?.token ?? '' })
  const bob = await connect(`127.0.0.1:${host.port}`, { token: bobsToken })
  for (const name of ['bob-web', 'bob-next']) {
    await bob.call('pod.push', { path, name, code })
    await bob.call('pod.start', { path, name, config: { listen: 'unix', stdin: 'open' } })
  }
  await bob.call('pod.env', { path, name: 'bob-web', set: { PASSWORD: secret } })
  await bob.call('pod.push', { path, name: 'bob-job', code: script })
  await bob.call('pod.start', { path, name: 'bob-job' })
  await until(
    async () => (await host.ask('pod.runs', { path, name: 'bob-job' })).runs[0]?.end,
    'the script of bob is over',
  )
  bob.close()
})
test.after(async () => {
  ann?.close()
  await host.dispose()
})

const name = 'bob-web'
type Asked = { [M in HostVerb]?: Omit<MethodInput<M>, 'path'> }

/** Each method that is about one pod, as somebody asks it about a pod of another. */
const aboutOne = {
  'pod.push': { name, code },
  'pod.start': { name },
  'pod.stop': { name },
  'pod.restart': { name },
  'pod.reload': { name },
  'pod.rollback': { name },
  'pod.wake': { name },
  'pod.sleep': { name },
  'pod.scale': { name, scale: 2 },
  'pod.send': { name, text: 'x' },
  'pod.env': { name, values: true },
  'pod.group': { name: 'ann-group', members: { [name]: 1 } },
  'pod.remove': { name, force: true },
  'pod.status': { name },
  'pod.usage': { name },
  'pod.versions': { name },
  'pod.script': { name: 'bob-job' },
  'pod.output': { name: 'bob-job' },
  'pod.call': { name, fn: 'tell' },
  'pod.commands': { name },
  'pod.command': { name, argv: ['hi'] },
} satisfies Asked

/** Each that is about all pods: it tells of one's own alone. */
const aboutAll = {
  'pod.list': {},
  'pod.runs': {},
  'pod.logs': {},
  'pod.usage': { last: true },
  'pod.commands': {},
  'host.info': {},
} satisfies Asked

/** What concerns no pod, and is tried by its own test or refused to every token with a path. */
const others = {
  'host.watch': true,
  'host.stop': true,
  'host.upgrade': true,
  'pod.push.missing': true,
  'pod.push.files': true,
  'hook.add': true,
  'hook.list': true,
  'hook.remove': true,
  'host.metrics': true,
  'host.savings': true,
  'events.list': true,
  'events.follow': true,
  'quota.set': true,
  'queue.add': true,
  'queue.list': true,
  'queue.items': true,
  'queue.item': true,
  'queue.retry': true,
  'queue.drop': true,
  'queue.move': true,
  'queue.cancel': true,
  'queue.pause': true,
  'queue.resume': true,
} satisfies { [M in HostVerb]?: true }

/** What the owner has no handler for, and the root does not do past it. */
const refused = {
  'profile.list': {},
  'profile.set': { profile: 'small', config: { retries: 3 } },
  'profile.remove': { profile: 'small' },
  'quota.list': {},
  'image.list': {},
  'image.show': { name },
  'image.bytes': { name, file: 'code' },
  'image.prune': {},
  'queue.add': { name, fn: 'tell' },
  'queue.list': {},
  'queue.items': { name, state: 'dead' },
  'queue.item': { name, id: '1' },
  'queue.retry': { name, ids: 'all' },
  'queue.drop': { name, ids: 'all' },
  'queue.move': { name, to: 'other', ids: 'all' },
  'queue.cancel': { name, id: '1' },
  'queue.pause': { name },
  'queue.resume': { name },
  'events.list': {},
  'events.follow': {},
} satisfies Asked

/** No method can be added and not be tried here. */
type Missing = Exclude<
  HostVerb,
  keyof typeof aboutOne | keyof typeof aboutAll | keyof typeof refused | keyof typeof others
>
const none: Missing[] = []

/** A handler without its `own`, or a method without a handler, could only go past the owner. */
type HandlerOf<M extends string> = M extends `${string}.${infer Verb}` ? Verb : never
const unowned: Exclude<keyof Handlers, keyof OwnVerbs | 'watch' | 'info'>[] = []
const unhandled: Exclude<HandlerOf<Exclude<HostVerb, keyof typeof others | keyof typeof refused>>, keyof Handlers>[] =
  []

async function asAnn<M extends MethodName>(method: M, params: object): Promise<MethodResults[M]> {
  return await ann.call(method, { ...params, path } as unknown as MethodInput<M>)
}

/** How the pods of bob are, as the whole host sees them. */
async function bobs(): Promise<string> {
  const { pods } = await host.ask('pod.list', { path })
  return JSON.stringify(
    pods.map(({ name, version, latest, want, scale, runs }) => [
      name,
      version,
      latest,
      want,
      scale,
      runs.map(run => run.id),
    ]),
  )
}

for (const [method, params] of Object.entries(aboutOne) as [HostVerb, object][]) {
  test(`${method} of a pod of another is refused by the owner of the host, and does nothing`, async () => {
    const before = await bobs()
    const error = await failsWith('forbidden', () => asAnn(method, params))
    assert.match(error.message, 'is not one of ann')
    assert.is(await bobs(), before)
  })
}

for (const [method, params] of Object.entries(aboutAll) as [HostVerb, object][]) {
  test(`${method} of all pods tells nothing of those of another`, async () => {
    assert.not.match(JSON.stringify(await asAnn(method, params)), 'bob')
  })
}

for (const [method, params] of Object.entries(refused) as [HostVerb, object][]) {
  test(`${method} is refused where the owner has no handler for it`, async () => {
    await failsWith('unsupported', async () => await asAnn(method, params))
  })
}

test('every method of a host is tried here, has a handler, and can be handed on to the root', () => {
  assert.equal([none, unowned, unhandled], [[], [], []])
  const tried = new Set([aboutOne, aboutAll, refused, others].flatMap(some => Object.keys(some)))
  assert.equal([...tried].sort(), Object.keys(verbs).sort())
})

test('what has no handler at all is refused by a host that lets nothing go past it', async () => {
  for (const method of ['queue.list', 'queue.pause', 'queue.items', 'events.list'] as const) {
    const error = await failsWith('unsupported', () =>
      asAnn(method, method === 'queue.items' ? { name, state: 'dead' } : method === 'events.list' ? {} : { name }),
    )
    assert.match(error.message, 'does not offer')
  }
})

test('host.watch shows each who watches the pods that the owner lists for them', async () => {
  const leaving = new AbortController()
  const seen: PodChange[] = []
  const watching = (async () => {
    for await (const changes of ann.changes({ path }, { signal: leaving.signal })) seen.push(...changes)
  })().catch(() => {})
  await until(() => seen.length > 0, 'a snapshot')
  await host.ask('pod.restart', { path, name })
  await asAnn('pod.push', { name: 'ann-web', code })
  await until(() => JSON.stringify(seen).includes('ann-web'), 'her own pod is told')
  assert.not.match(JSON.stringify(seen), 'bob')
  leaving.abort()
  await watching
})

test('whoever may see them sees them, and what is handed on is done', async () => {
  const bob = await connect(`127.0.0.1:${host.port}`, { token: bobsToken })
  const { env } = await bob.call('pod.env', { path, name, values: true })
  assert.is(env.find(one => one.name === 'PASSWORD')?.value, secret)
  assert.equal((await bob.call('pod.send', { path, name, text: 'x\n' })).bytes, 2)
  assert.is((await bob.call('pod.reload', { path, name })).status, 'up')
  assert.is((await bob.call('pod.sleep', { path, name })).status, 'idle')
  assert.is((await bob.call('pod.wake', { path, name })).status, 'up')
  await bob.call('pod.group', { path, name: 'bob-group', members: { 'bob-web': 1, 'bob-next': 2 } })
  const { groups } = (await bob.call('pod.status', { path, name })) as { groups?: { name: string }[] }
  assert.equal(
    groups?.map(({ name }) => name),
    ['bob-group'],
  )
  assert.type((await bob.call('pod.usage', { path, name })).everyMs, 'number')
  bob.close()
})

test.run()
