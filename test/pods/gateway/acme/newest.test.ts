import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { newest } from '../../../../pods/gateway/acme/newest.ts'
import type { Stored } from '../../../../pods/gateway/acme/store.ts'
import { Root } from '../certificates/making.ts'

const root = await Root.make()

async function made(beginsAtMs: number): Promise<Stored> {
  return await root.make({ names: ['a.test'], beginsAtMs, endsAtMs: Date.now() + 86_400_000 })
}

const now = Date.now()
const [older, newer, alike] = [await made(now - 60_000), await made(now - 10_000), await made(now - 10_000)]
const broken = { pem: 'no certificate', key: '' }
const none: [string, Stored][] = []

/** What of one name is in force, and who is told of it. */
function told(own: Stored | undefined, shared: Stored | undefined) {
  const of = (stored: Stored | undefined) => new Map(stored ? [['a.test', stored]] : none)
  const { all, toOwn, toShared } = newest(of(own), of(shared))
  return [all.get('a.test')?.pem, toOwn.size, toShared.size]
}

test('newest() takes the certificate that begins last, and tells each side what it lacks', () => {
  const rows = [
    [undefined, undefined, [undefined, 0, 0]],
    [older, undefined, [older.pem, 0, 1]],
    [undefined, older, [older.pem, 1, 0]],
    [older, older, [older.pem, 0, 0]],
    [older, newer, [newer.pem, 1, 0]],
    [newer, older, [newer.pem, 0, 1]],
    // Of two that begin at once all take the same one.
    [alike, newer, [newer.pem, 1, 0]],
    [older, broken, [older.pem, 0, 1]],
    [broken, older, [older.pem, 1, 0]],
  ] as const
  for (const [own, shared, expected] of rows) assert.equal(told(own, shared), expected)
})

test.run()
