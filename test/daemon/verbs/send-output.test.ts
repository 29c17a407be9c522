import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ReadPart, sendOutput } from '../../../daemon/verbs/send-output.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { quietChannel } from '../../channels.ts'
import { failsWith } from '../../fails.ts'

const all = Buffer.from('hello, world')
const asked = {
  path: '',
  name: 'job.1',
  hops: 0,
  offset: 0,
  limit: 5,
  waitMs: 0,
  stream: true,
  encoding: 'utf8',
} as const

/** Reads `all`, of which only so much is there; the run is over once `isOver` is true. */
function reading({ there = all.length, isOver = true } = {}) {
  const asks: number[] = []
  const read: ReadPart = async ({ offset, limit, waitMs }) => {
    asks.push(waitMs)
    const next = Math.min(offset + limit, there)
    return { run: 'job.1', bytes: all.subarray(offset, next), offset, next, done: isOver && next === all.length }
  }
  return { read, asks }
}

function listening() {
  const heard: string[] = []
  const value = (bytes: unknown) => heard.push(String(bytes)) && 0
  return { heard, channel: quietChannel({ value }, { granted: usualWindow }) }
}

test('sendOutput() sends part after part, and says where it has ended', async () => {
  const { heard, channel } = listening()
  const end = await sendOutput({ ...asked, offset: 1, follow: false }, channel, reading().read)
  assert.equal([heard, end.offset, end.next, end.done, end.data], [['ello,', ' worl', 'd'], 1, 12, true, ''])
})

test('sendOutput() ends with what is there where it is not followed', async () => {
  const { heard, channel } = listening()
  const { read, asks } = reading({ there: 7, isOver: false })
  const end = await sendOutput({ ...asked, follow: false }, channel, read)
  assert.equal([heard.join(''), end.next, end.done, Math.max(...asks)], ['hello, ', 7, false, 0])
})

test('sendOutput() waits for more where it is followed, until nobody listens', async () => {
  const { heard, channel } = listening()
  const { read } = reading({ there: 7, isOver: false })
  let looks = 0
  const looking: ReadPart = async from => {
    assert.ok(from.waitMs > 0)
    if (++looks === 5) channel.onCancel('enough')
    return await read(from)
  }
  await failsWith('aborted', () => sendOutput({ ...asked, follow: true }, channel, looking))
  assert.is(heard.join(''), 'hello, ')
})

test('sendOutput() refuses a request that can be told nothing before its answer', async () => {
  for (const channel of [undefined, quietChannel()])
    await failsWith('unsupported', () => sendOutput({ ...asked, follow: true }, channel, reading().read))
})

test.run()
