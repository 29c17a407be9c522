// The events of a host whose pod tells them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

const event = (number: number) => ({
  ...{ number, at: '2026-11-29T10:00:00.000Z', type: 'started', path: 'b', pod: 'web' },
  ...{ version: 1, scale: 1 },
})

async function telling(answer: unknown) {
  const host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['events'] })
  const asked: unknown[] = []
  lab.functions = {
    events: (query: unknown) => {
      asked.push(query)
      return answer
    },
  }
  return { host, asked }
}

const by = { name: 'local', role: 'admin', path: '' }

test('events.list has the last of those that the owner tells, or the first behind a number', async () => {
  const { host, asked } = await telling([1, 2, 3].map(event))
  await using _ = host
  const list = async (query: object) => await host.do('events.list', { path: 'lab', ...query })
  const { events, at, first } = await list({ limit: 2, types: ['started'] })
  assert.equal([events.map(({ number }) => number), at, first], [[2, 3], 3, 1])
  assert.equal(asked, [{ types: ['started'], hops: 1, limit: 2, follow: false, by }])
  const behind = await list({ limit: 2, after: 0 })
  assert.equal([behind.events.map(({ number }) => number), behind.at], [[1, 2], 2])
})

test('events.list keeps no more of a stream than it answers', async () => {
  const most = 20_000
  let told = 0
  async function* endless(count: number) {
    for (told = 0; told < count; ) yield event(++told)
  }
  const long = await telling(endless(most))
  await using _ = long.host
  const behind = await long.host.do('events.list', { path: 'lab', limit: 2, after: 0 })
  assert.equal([behind.events.map(({ number }) => number), behind.at, behind.first], [[1, 2], 2, 1])
  assert.ok(told < most)
  const short = await telling(endless(5))
  await using __ = short.host
  const last = await short.host.do('events.list', { path: 'lab', limit: 2 })
  assert.equal([last.events.map(({ number }) => number), last.at, last.first], [[4, 5], 5, 1])
})

test('events.list goes on from where it was asked where there are none', async () => {
  const { host } = await telling([])
  await using _ = host
  assert.equal(await host.do('events.list', { path: 'lab', after: 7 }), { events: [], at: 7, first: 7 })
})

test('events.follow sends what the owner tells, and needs a way to', async () => {
  const { host, asked } = await telling([event(1)])
  await using _ = host
  const sent: unknown[] = []
  const send = async (events: readonly unknown[]) => void sent.push(...events)
  await host.do('events.follow', { path: 'lab', after: 0 }, { send })
  assert.equal([sent, asked], [[event(1)], [{ hops: 1, after: 0, follow: true, by }]])
  await failsWith('unsupported', () => host.do('events.follow', { path: 'lab' }))
})

test('what is no event is refused', async () => {
  const { host } = await telling([{ number: 1 }])
  await using _ = host
  await failsWith('bad_answer', () => host.do('events.list', { path: 'lab' }))
})

test('events.list waits for the next ones where there are none yet, and its time over, has none', async () => {
  async function* coming() {
    yield event(8)
    await new Promise(() => {})
  }
  const host = await Inside.open()
  await using _ = host
  const lab = await host.mount('lab', { handles: ['events'] })
  const followed: boolean[] = []
  let answers: { follow: unknown } = { follow: coming() }
  lab.functions = {
    events: (query: unknown) => {
      const { follow } = query as { follow: boolean }
      followed.push(follow)
      return follow ? answers.follow : []
    },
  }
  const list = async (waitMs: number) => await host.do('events.list', { path: 'lab', after: 7, waitMs })
  const { events, at } = await list(60_000)
  assert.equal([events.map(({ number }) => number), at, followed], [[8], 8, [false, true]])
  answers = { follow: [] }
  assert.equal(await list(1), { events: [], at: 7, first: 7 })
  // Its time may be over before it comes to wait.
  assert.equal(followed.slice(0, 3), [false, true, false])
})

test.run()
