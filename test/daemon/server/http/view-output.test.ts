// The output of a run over HTTP, part by part, from a host that hands out what it is told.
import type http from 'node:http'
import { PassThrough } from 'node:stream'
import consumers from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AskHost } from '../../../../daemon/server/http/view-means.ts'
import { streamOutput } from '../../../../daemon/server/http/view-output.ts'

type Part = { data: string; offset: number; next: number; done: boolean; end?: object }
type Asked = { offset: number; waitMs: number; encoding: string }

/** Streams the output, which comes in these parts. */
async function streamed(
  parts: Part[],
  options: {
    method?: string
    headers?: Record<string, string>
    offset?: number
    isFollowing?: boolean
    signal?: AbortSignal
  } = {},
) {
  const asked: Asked[] = []
  const ask = (async (_: string, params: Asked) => {
    asked.push({ offset: params.offset, waitMs: params.waitMs, encoding: params.encoding })
    return parts.shift()
  }) as unknown as AskHost
  const timeouts: number[] = []
  const headers: Record<string, string> = {}
  const response = Object.assign(new PassThrough(), {
    setHeader: (name: string, value: string) => {
      headers[name] = value
    },
    flushHeaders: () => {},
  }) as unknown as http.ServerResponse & PassThrough
  const request = {
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    socket: { timeout: 5000, setTimeout: (ms: number) => timeouts.push(ms) },
  } as unknown as http.IncomingMessage
  const { offset = 0, isFollowing = true, signal = new AbortController().signal } = options
  const text = consumers.text(response)
  await streamOutput('x.1', { offset, isFollowing }, { ask, request, response, signal })
  return { asked, headers, timeouts, text: await text, isEnded: response.writableEnded }
}

const events = { accept: 'text/event-stream' }

test('streamOutput() sends the bytes of each part, and asks on where it ended', async () => {
  const { text, asked, headers, isEnded } = await streamed(
    [
      { data: 'a\xff', offset: 3, next: 5, done: false },
      { data: '', offset: 5, next: 5, done: false },
      { data: 'b', offset: 5, next: 6, done: true },
    ],
    { offset: 3 },
  )
  assert.equal([text, isEnded], [Buffer.from('a\xffb', 'latin1').toString(), true])
  assert.equal(asked, [
    { offset: 3, waitMs: 15_000, encoding: 'latin1' },
    { offset: 5, waitMs: 15_000, encoding: 'latin1' },
    { offset: 5, waitMs: 15_000, encoding: 'latin1' },
  ])
  assert.is(headers['content-type'], 'application/octet-stream')
})

test('streamOutput() reads nothing for HEAD', async () => {
  const { asked, text, isEnded, headers } = await streamed([], { method: 'HEAD' })
  assert.equal([asked, text, isEnded, headers['content-type']], [[], '', true, 'application/octet-stream'])
})

test('streamOutput() that does not follow ends with what is there, and waits for nothing', async () => {
  const { text, asked } = await streamed(
    [
      { data: 'all', offset: 0, next: 3, done: false },
      { data: '', offset: 3, next: 3, done: false },
    ],
    { isFollowing: false },
  )
  assert.is(text, 'all')
  assert.equal(
    asked.map(({ waitMs }) => waitMs),
    [0, 0],
  )
})

test('streamOutput() sends events where those are asked for, a comment while there is nothing, and the end', async () => {
  const { text, asked } = await streamed(
    [
      { data: 'aGk=', offset: 0, next: 2, done: false },
      { data: '', offset: 2, next: 2, done: false },
      { data: '', offset: 2, next: 2, done: true, end: { code: 0 } },
    ],
    { headers: events },
  )
  assert.is(
    text,
    'event: output\nid: 2\ndata: {"offset":0,"next":2,"encoding":"base64","data":"aGk="}\n\n' +
      ': nothing yet\n\n: nothing yet\n\nevent: end\nid: 2\ndata: {"code":0}\n\n',
  )
  assert.ok(asked.every(({ encoding }) => encoding === 'base64'))
})

test('streamOutput() goes on where a reader of events was, and takes no notice of what is no number', async () => {
  for (const [last, offset] of [
    ['7', 7],
    ['x', 2],
    ['-1', 2],
    ['1.5', 2],
  ] as const) {
    const { asked } = await streamed([{ data: '', offset, next: offset, done: true }], {
      headers: { ...events, 'last-event-id': last },
      offset: 2,
    })
    assert.is(asked[0]?.offset, offset, last)
  }
})

test('streamOutput() takes a script that says nothing for no reader that is gone', async () => {
  const { timeouts } = await streamed([
    { data: 'a', offset: 0, next: 1, done: false },
    { data: 'b', offset: 1, next: 2, done: true },
  ])
  assert.equal(timeouts, [0, 5000, 0, 5000, 5000])
})

test('streamOutput() asks no more when its reader has left', async () => {
  const { asked, isEnded } = await streamed([], { signal: AbortSignal.abort() })
  assert.equal([asked.length, isEnded], [0, true])
})

test.run()
