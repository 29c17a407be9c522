// All pods of a host, page by page, also of a host that knows no pages.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pagesOf } from '../../../cli/remote/pages.ts'
import { P8aError } from '../../../protocol/errors.ts'

const names = Array.from({ length: 1203 }, (_, at) => `pod-${String(at).padStart(4, '0')}`)

type Asked = { limit?: number; after?: string }

function hostOf({ isOld = false } = {}) {
  const asked: Asked[] = []
  const call = async (_: string, { limit, after }: Asked) => {
    asked.push({ ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) })
    if (isOld && (limit ?? after) !== undefined) throw new P8aError('bad_params', 'Unknown parameter "limit"')
    const behind = names.filter(name => after === undefined || name > after)
    const page = behind.slice(0, limit)
    const next = behind.length > page.length ? page.at(-1) : undefined
    return { pods: page.map(name => ({ name })), ...(next !== undefined && { next }) }
  }
  return { asked, host: { call } as unknown as Parameters<typeof pagesOf>[0] }
}

/** The names on all pages. */
async function allOf(host: Parameters<typeof pagesOf>[0]): Promise<string[]> {
  const all: string[] = []
  for await (const { pods } of pagesOf(host, {})) all.push(...pods.map(({ name }) => name))
  return all
}

test('pagesOf() asks for page after page, and has each pod once', async () => {
  const { host, asked } = hostOf()
  assert.equal(await allOf(host), names)
  assert.equal(asked, [{ limit: 500 }, { limit: 500, after: 'pod-0499' }, { limit: 500, after: 'pod-0999' }])
})

test('pagesOf() gives as many as are wanted, and says behind which name there are more', async () => {
  const { host, asked } = hostOf()
  const pages: [number, string | undefined][] = []
  for await (const { pods, next } of pagesOf(host, { limit: 700, after: 'pod-0099' })) pages.push([pods.length, next])
  assert.equal(pages, [
    [500, 'pod-0599'],
    [200, 'pod-0799'],
  ])
  assert.equal(asked.at(-1), { limit: 200, after: 'pod-0599' })
})

test('a host that knows no pages is asked for all at once', async () => {
  const { host, asked } = hostOf({ isOld: true })
  assert.equal(await allOf(host), names)
  assert.equal(asked, [{ limit: 500 }, {}])
})

test('pagesOf() gives the wanted part of what a host has that knows no pages', async () => {
  const { host, asked } = hostOf({ isOld: true })
  for (const [wanted, first, count, next] of [
    [{ limit: 2 }, 'pod-0000', 2, 'pod-0001'],
    [{ limit: 2, after: 'pod-0001' }, 'pod-0002', 2, 'pod-0003'],
    [{ limit: 700, after: 'pod-0099' }, 'pod-0100', 700, 'pod-0799'],
    [{ after: 'pod-1200' }, 'pod-1201', 2, undefined],
  ] as const) {
    const pages: unknown[] = []
    for await (const { pods, next } of pagesOf(host, wanted)) pages.push([pods[0]?.name, pods.length, next])
    assert.equal(pages, [[first, count, next]])
  }
  assert.is(asked.length, 8)
})

test.run()
