import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'
import { podDetail, podLine, podTable } from '../../../cli/say/pod-table.ts'
import type { PodStatus, RunStatus } from '../../../protocol/words.ts'

process.env.NO_COLOR = '1'
const output = new Output({ json: false })
const startedAt = '2026-11-20T10:00:00.000Z'

function run(slot: number, more: Partial<RunStatus> = {}): RunStatus {
  return {
    id: `web.${slot + 7}`,
    slot,
    state: 'up',
    pid: 100 + slot,
    startedAt,
    uptimeMs: 65_000,
    restarts: 1,
    version: 2,
    ...more,
  }
}

function pod(more: Partial<PodStatus> = {}): PodStatus {
  const fixed = {
    name: 'web',
    path: '',
    kind: 'service',
    status: 'up',
    text: 'serving',
    want: 'up',
    params: {},
    labels: {},
    config: {},
  } as const
  return {
    ...fixed,
    version: 2,
    latest: 2,
    hash: 'ab'.repeat(32),
    scale: 1,
    up: 1,
    restarts: 1,
    exports: [],
    runs: [run(0)],
    ...more,
  }
}

async function cells(status: PodStatus, usage = false): Promise<Record<string, string>> {
  const [head = '', row = ''] = (await podTable([status], usage, output)).split('\n')
  const values = row.split(/ {2,}/)
  return Object.fromEntries(head.split(/ {2,}/).map((name, column) => [name, values[column] ?? '']))
}

test('podTable() shows a pod in a line', async () => {
  const expected = {
    NAME: 'web',
    STATUS: 'up',
    VERSION: 'v2',
    RUNS: '1/1',
    PID: '100',
    UPTIME: '1m',
    RESTARTS: '1',
    TEXT: 'serving',
  }
  assert.equal(await cells(pod()), expected)
})

test('podTable() shows cpu, memory and lag only where they were asked for', async () => {
  const runs = [
    run(0, { cpu: 12.34, memory: 1024 ** 2, lag: { p50Ms: 0, p99Ms: 1234 } }),
    run(1, { cpu: 1, memory: 1024 ** 2, lag: { p50Ms: 1.2, p99Ms: 30 } }),
  ]
  const shown = await cells(pod({ runs, scale: 2, up: 2 }), true)
  assert.equal([shown.CPU, shown.MEMORY, shown.PID], ['13.3 %', '2.0 MB', '100 (+1)'])
  assert.equal([shown['LAG P50'], shown['LAG P99']], ['1.2 ms', '1.2 s'])
  const other = await cells(pod({ runs: [run(0, { cpu: 1, memory: 1 })] }), true)
  assert.equal([other['LAG P50'], other['LAG P99']], ['-', '-'])
})

test('podTable() says that a newer version was pushed, or that none was started', async () => {
  assert.is((await cells(pod({ latest: 3 }))).VERSION, 'v2 (v3 pushed)')
  assert.is((await cells(pod({ version: 0 }))).VERSION, '- (v2 pushed)')
})

test('podTable() shows the cause of an error in place of a text', async () => {
  const cause = { reason: 'fault', text: 'Error: boom', run: 'web.9' } as const
  const shown = await cells(pod({ status: 'error', text: '', runs: [], up: 0, cause }))
  assert.equal([shown.TEXT, shown.PID, shown.UPTIME, shown.RUNS], ['Error: boom', '-', '-', '0/1'])
})

test('podTable() cuts a cause that is long, and keeps when the next attempt is', async () => {
  const text = 'Error: connect ECONNREFUSED 127.0.0.1:5432 (postgres); 5 attempts failed, next in 8.0 s'
  const shown = (await cells(pod({ status: 'error', text, runs: [], up: 0 }))).TEXT
  assert.is(shown, 'Error: connect ECONNREFUS…; 5 attempts failed, next in 8.0 s')
  assert.is((await cells(pod({ text: `${'a; '.repeat(40)}b` }))).TEXT?.length, 60)
  assert.is((await cells(pod({ text: `a; ${'b'.repeat(80)}` }))).TEXT, `a; ${'b'.repeat(56)}…`)
})

test('podTable() names what is wrong with a pod’s files below', async () => {
  assert.match(await podTable([pod({ problem: 'pod.json is torn' })], false, output), /\nweb: pod.json is torn$/)
})

test('podDetail() shows params, cause, next try and each run', async () => {
  const cause = { reason: 'killed', text: 'killed by SIGKILL', run: 'web.6' } as const
  const text = await podDetail(
    pod({ params: { value: '24', a: 'b' }, cause, retryAt: new Date(Date.now() + 5500).toISOString() }),
    true,
    output,
  )
  assert.match(text, /^params +value=24 a=b$/m)
  assert.match(text, /^cause +killed by SIGKILL \(web.6, killed\)$/m)
  assert.match(text, /^next try +in 5s$/m)
  assert.match(text, /^web.7 +0 +up +100 /m)
})

test('podLine() says what a verb brought about', () => {
  assert.is(podLine(pod()), 'web is up: v2, pid 100, serving')
  assert.is(
    podLine(pod({ scale: 2, up: 2, runs: [run(0), run(1)], text: '' })),
    'web is up: v2, 2 of 2 runs, pid 100 (+1)',
  )
})

test('podDetail() tells how many runs were ended by limits or a quota, with and without limits now', async () => {
  const limits = [{ name: 'memory', most: 1024 * 1024, by: 'watched' }] as const
  const bounded = await podDetail(pod({ limits: [...limits], overLimit: 2 }), true, output)
  assert.match(bounded, /^limits +memory 1\.0 MB \(\w+\); 2 runs went beyond them$/m)
  const none = await podDetail(pod({ overLimit: 1 }), true, output)
  assert.match(none, /^limits +1 run went beyond a limit or a quota$/m)
})

test.run()
