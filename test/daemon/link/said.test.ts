// Nonsense over the link, from a process that has the ticket of a run: each value in the place of each parameter, and as each answer. None
// ends the host, breaks a list, or reaches another pod. Not here: lines that are no messages (test/protocol/peer.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkAnswer, checkedHandlers } from '../../../daemon/link/said.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { ToHost, ToShim } from '../../../protocol/link.ts'
import { results } from '../../../protocol/results.ts'
import { misfit } from '../../../protocol/shape.ts'
import { version } from '../../../protocol/version.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'
import type { Shim } from '../inside/shim.ts'

const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`)
const nonsense: unknown[] = [
  ...[
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    '',
    '..',
    '../../x',
    'a b',
    '__proto__',
    '\0',
    '\ud800',
    'x'.repeat(70_000),
  ],
  ...[[], {}, [null], [7], [''], [[]], { length: 1e9 }, { toString: 1 }, { path: 7 }, { pattern: '' }, deep],
]
const end = { code: 0, signal: null }
const said: { readonly [M in keyof ToHost]: Record<string, unknown> } = {
  // With the ticket of a run, the message would be a hello.
  hello: { ticket: 'nobody', pid: 5, state: 'up', status: 'up', text: 'well', keeping: { version, scripts: [] } },
  ready: {},
  status: { status: 'up', text: 'well' },
  resolve: { name: 'other', have: [] },
  call: { name: 'lab.other', fn: 'f', args: [], timeoutMs: 5, hops: 0 },
  subscribe: { subscriptions: [{ path: '', pattern: 'orders.*' }] },
  subscribers: { path: '', have: [] },
  mount: { path: 'lab', handles: ['call'], others: 'refuse', imported: 'lab' },
  podsChanged: { path: 'lab' },
  unmount: { path: 'lab' },
  verb: { method: 'pod.list', params: { path: 'lab' } },
  primary: { method: 'pod.list', params: {} },
  scriptEnded: { key: 'job.1', note: { ...end, timedOut: false, outputBytes: 0, cut: false } },
  serviceEnded: { key: 'other.1', end },
  shimEnded: { pid: 5, ...end },
  knocked: { key: 'other' },
  serviceSaid: { key: 'other.1', said: { ready: true, text: 'well' } },
}

/** The code of the error that a run gets; undefined for an answer. */
async function codeOf({ peer }: Shim, method: string, params: unknown): Promise<string | undefined> {
  try {
    await peer?.request(method as never, params as never, { timeoutMs: 60_000 })
    return undefined
  } catch (error) {
    return error instanceof P8aError ? error.code : String(error)
  }
}

/** Whoever asks the host gets what the schemas promise; the other pod is as it was. */
async function allIsWell(host: Inside): Promise<void> {
  for (const method of ['pod.list', 'pod.commands', 'host.info'] as const)
    assert.is(misfit(results[method](), await host.do(method, {})), undefined)
  const other = await host.status('other')
  assert.equal([other.status, other.runs[0]?.health, other.runs.length], ['up', undefined, 1])
}

async function opened() {
  const host = await Inside.open()
  await host.push('other')
  await host.do('pod.start', { name: 'other' })
  const lab = await host.mount('lab')
  return { host, lab, other: host.machine.shimOf('other.1') }
}

for (const [method, right] of Object.entries(said)) {
  test(`${method}() of nonsense is refused, and nothing comes of it`, async () => {
    const { host, lab, other } = await opened()
    await using _ = host
    const whole = nonsense.filter(value => value !== undefined).map(params => ['all', params] as const)
    const parts = Object.keys(right).flatMap(key => nonsense.map(value => [key, { ...right, [key]: value }] as const))
    const bugs: unknown[] = []
    for (const [key, params] of [...whole, ...parts]) {
      const code = await codeOf(lab, method, params)
      // What is asked of the whole host, nobody answers here.
      if (code === 'internal' && method !== 'primary') bugs.push([key, params])
    }
    assert.equal(bugs, [])
    await allIsWell(host)
    for (const { patterns } of (await other.peer?.request('subscribers', { path: '', have: [] })) ?? [])
      assert.ok(
        patterns.every(pattern => /^[a-z.*]+$/.test(pattern)),
        String(patterns),
      )
  })
}

test('subscribe() of what is no pattern leaves the subscriptions as they were', async () => {
  const { host, lab, other } = await opened()
  await using _ = host
  await lab.peer?.request('subscribe', { subscriptions: [{ path: '', pattern: 'mail.*' }] })
  for (const pattern of ['', 'a b', '.', 7, null])
    assert.is(await codeOf(lab, 'subscribe', { subscriptions: [{ path: '', pattern }] }), 'bad_params')
  const [subscriber] = (await other.peer?.request('subscribers', { path: '', have: [] })) ?? []
  assert.equal(subscriber?.patterns, ['mail.*'])
})

const answered: (keyof ToShim)[] = [
  'check',
  'sideDoor',
  'vitals',
  'rest',
  'cleanup',
  'keepPorts',
  'admit',
  'handle',
  'commands',
]

test('what a run answers in nonsense is no answer: lists go on without it, and it is stopped as any other', async () => {
  const { host, lab, other } = await opened()
  await using _ = host
  await lab.mount('lab', ['list', 'status', 'call', 'info'])
  other.commands = { hello: () => 'hello' }
  for (const value of nonsense.filter(each => each !== undefined)) {
    for (const method of answered) lab.answers.set(method, value)
    await allIsWell(host)
    assert.equal((await host.do('pod.commands', {})).commands.includes('hello'), true)
    await host.do('pod.list', { path: 'lab' }).catch(error => assert.is.not(error.code, 'internal', String(error)))
    const code = await codeOf(other, 'resolve', { name: 'lab.other', have: [] })
    assert.is.not(code, 'internal', JSON.stringify(value))
  }
  // It ends when it is told so, by a signal, since it does not clean up.
  await host.do('pod.stop', { name: 'lab' })
  assert.equal((await host.status('lab')).runs, [])
})

test('checkedHandlers() lets through what runs and keepers of this version and of earlier ones say', () => {
  const asked: string[] = []
  const handlers = Object.fromEntries(Object.keys(said).map(method => [method, () => void asked.push(method)]))
  const checked = checkedHandlers(handlers as never) as unknown as Record<string, (params: unknown) => unknown>
  const scripts = [{ key: 'job.1', pid: 7 }]
  const keepings = [
    { version, scripts },
    { version, scripts, services: [{ key: 'web.1', pid: 7 }], ports: [] },
    { version, scripts, services: [{ key: 'web.1', pid: 7, said: {} }], ports: [{ key: 'web', ports: [] }] },
  ]
  for (const keeping of keepings) checked.hello?.({ ticket: 'x', pid: 5, state: 'up', keeping })
  checked.hello?.({ ticket: 'x', pid: 5, state: 'empty' })
  checked.status?.({ status: 'waiting' })
  checked.ready?.(undefined)
  checked.mount?.({ path: 'lab', handles: [] })
  checked.primary?.({ method: 'pod.list' })
  assert.is(asked.length, 8)
  for (const [method, params] of Object.entries(said)) checked[method]?.(params)
  assert.equal(asked.slice(8), Object.keys(said))
})

test('checkAnswer() refuses what neither a run nor a keeper answers', async () => {
  for (const [method, wrong] of [
    ['check', { status: 'well' }],
    ['cleanup', { stopSignal: 'SIGSTOP' }],
    ['commands', 'hello'],
    ['rest', 'yes'],
    ['handle', null],
    ['begin', { pid: -1 }],
    ['beginShim', { pid: 'x' }],
    ['beginService', {}],
  ] as const)
    await failsWith('bad_answer', () => checkAnswer(method, wrong))
  checkAnswer('cleanup', null)
  checkAnswer('check', { status: 'up' })
})

test.run()
