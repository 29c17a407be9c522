// What the root is asked for, and what of its answer a pod gets. What the root then does: test/e2e/hosts.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AskRoot } from '../../../shim/host/ask-root.ts'
import { ownVerbs } from '../../../shim/host/own-verbs.ts'

const test = suite('own verbs')

/** The verbs of the host `inner`, whose root answers everything with `answer`. */
function verbsThat(answer: unknown) {
  const asked: { method: string; params: object; signal: unknown }[] = []
  const root = {
    ask: async (
      _: string,
      { method, params }: { method: string; params: object },
      { signal }: { signal?: unknown },
    ) => {
      asked.push({ method, params, signal })
      return answer
    },
  } as unknown as AskRoot
  return { own: ownVerbs(root, 'inner'), asked }
}

const by = { name: 'ci', role: 'deploy', path: '' } as const

test('each verb names its host, hands on how it was asked for, and not by whom', async () => {
  const { own, asked } = verbsThat({})
  const { signal } = new AbortController()
  await own.start('web', { a: '1' }, { scale: 2 }, { hops: 3, by, signal, wait: false })
  assert.equal(asked, [
    {
      method: 'pod.start',
      params: { hops: 3, wait: false, name: 'web', params: { a: '1' }, config: { scale: 2 }, path: 'inner' },
      signal,
    },
  ])
})

test('image() and imageBytes() ask what an image of this host is made of', async () => {
  const { own, asked } = verbsThat({})
  await own.image('web', { version: 2 })
  await own.imageBytes('web', 'code', { version: 2, offset: 5 })
  assert.equal(
    asked.map(({ method, params }) => [method, params]),
    [
      ['image.show', { version: 2, name: 'web', path: 'inner' }],
      ['image.bytes', { version: 2, offset: 5, name: 'web', file: 'code', path: 'inner' }],
    ],
  )
})

test('the lists are taken out of their answers', async () => {
  const { own } = verbsThat({ pods: [1], runs: [2], entries: [3], commands: ['four'], value: 5 })
  assert.equal(
    [await own.list(), await own.runs(), await own.logs(), await own.commands('web'), await own.call('web', 'fn')],
    [[1], [2], [3], ['four'], 5] as never,
  )
})

test('push() sends an image and nothing else that the author has put there', async () => {
  const { own, asked } = verbsThat({})
  const image = { name: 'web', code: '1', labels: { a: '1' }, message: 'first' }
  await own.push({ ...image, owner: 'me' } as never)
  assert.equal(JSON.parse(JSON.stringify(asked[0]?.params)), { ...image, path: 'inner' })
})

test('logs() gives the lines one by one where they are followed', async () => {
  const asked: unknown[] = []
  async function* batches() {
    yield [1, 2]
    yield [3]
  }
  const open = async (_: string, what: unknown) => {
    asked.push(what)
    return { stream: batches() }
  }
  const own = ownVerbs({ open } as unknown as AskRoot, 'inner')
  const lines: unknown[] = []
  for await (const line of own.logs({ name: 'web', follow: true, hops: 1, by })) lines.push(line)
  assert.equal(lines, [1, 2, 3])
  const params = { name: 'web', follow: true, hops: 1, stream: true, path: 'inner' }
  assert.equal(asked, [{ method: 'pod.logs', params }])
})

test.run()
