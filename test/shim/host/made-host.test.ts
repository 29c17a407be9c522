import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../../protocol/words.ts'
import type { AskRoot } from '../../../shim/host/ask-root.ts'
import type { HostedRun } from '../../../shim/host/hosted-run.ts'
import { madeHost } from '../../../shim/host/made-host.ts'
import { podStatus } from '../../pod-status.ts'

const test = suite('made host')

type Verb = { method: string; params: Record<string, unknown> }

/** The host `lab` of a run, whose root has `web` as that says. */
function made(had: Partial<PodStatus> = {}) {
  const asked: string[] = []
  const started: unknown[] = []
  let now = podStatus('web', had)
  const answers: Record<string, (params: Verb['params']) => unknown> = {
    'pod.push': () => ({}),
    'pod.status': () => now,
    'pod.list': () => ({ pods: [now, podStatus('db', { status: 'idle' })] }),
    'pod.call': () => ({ value: 7 }),
    'pod.stop': () => {
      now = { ...now, want: 'idle', status: 'idle' }
      return now
    },
    'pod.start': params => {
      started.push([params.params, params.config])
      now = { ...now, want: 'up', status: 'up', text: 'started' }
      return now
    },
  }
  const ask = async (question: string, given: Verb) => {
    asked.push(question === 'verb' ? given.method : question)
    return question === 'verb' ? answers[given.method]?.(given.params) : null
  }
  const pods = new Map<string, HostedRun>()
  const host = madeHost({ ask } as unknown as AskRoot, {
    path: 'lab',
    mounted: async () => {},
    pods,
    scope: never,
    close: never,
  })
  return { host, asked, started, pods }
}

function never(): never {
  throw new Error('nobody asks for that here')
}

const image = { name: 'web', code: 'export default () => {}' }
const up = { want: 'up', status: 'up', version: 2, latest: 2, params: { a: '1' } } as const

test('run() pushes an image, and starts a pod that is not wanted', async () => {
  const { host, asked, started } = made({ want: 'idle', status: 'idle' })
  const pod = await host.run('web', image, { a: '1' }, { config: { scale: 2 } })
  assert.equal(asked, ['pod.push', 'pod.status', 'pod.start'])
  assert.equal([started, pod.status, pod.text], [[[{ a: '1' }, { scale: 2 }]], 'up', 'started'])
})

test('run() leaves a pod alone that is up with the newest version and these params', async () => {
  const { host, asked } = made(up)
  assert.is((await host.run('web', image, { a: '1' })).status, 'up')
  assert.not(asked.includes('pod.start') || asked.includes('pod.stop'))
})

for (const [what, had] of [
  ['another version', { ...up, version: 1 }],
  ['other params', { ...up, params: { a: '2' } }],
  ['fewer params', { ...up, params: {} }],
  ['more params', { ...up, params: { a: '1', b: '2' } }],
] as const) {
  test(`run() stops a pod first that is up with ${what}`, async () => {
    const { host, asked } = made(had)
    await host.run('web', image, { a: '1' })
    assert.equal(asked, ['pod.push', 'pod.status', 'pod.stop', 'pod.start'])
  })
}

test('runs() has a handle of each pod, always the same, as it is now', async () => {
  const { host, pods } = made(up)
  const first = await host.runs()
  assert.equal(
    first.map(({ name, status, path }) => [name, status, path]),
    [
      ['web', 'up', 'lab'],
      ['db', 'idle', 'lab'],
    ],
  )
  assert.equal([(await host.runs())[0] === first[0], pods.size], [true, 2])
})

test('a handle stops and calls its pod by the root', async () => {
  const { host, asked } = made(up)
  const [web] = await host.runs()
  assert.is(await web?.call('greet', 'Ada'), 7)
  await web?.stop()
  assert.equal(asked.slice(-2), ['pod.call', 'pod.stop'])
})

test('changed() tells the root, and does not mind where there is none', async () => {
  const { host, asked } = made()
  host.changed()
  assert.equal(asked, ['podsChanged'])
  const gone = { ask: async () => await Promise.reject(new Error('gone')) } as unknown as AskRoot
  madeHost(gone, { path: 'lab', mounted: async () => {}, pods: new Map(), scope: never, close: never }).changed()
  await new Promise(resolve => setImmediate(resolve))
})

test.run()
