import { createHash } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type FolderFile, packsOf } from '../../../../pods/fleet/image/packs.ts'

const file = (at: number, size = 1000): FolderFile => ({
  path: `f${at}`,
  hash: createHash('sha256').update(`${at}`).digest('hex'),
  size,
})
const many = Array.from({ length: 2000 }, (_, at) => file(at))

test('packsOf() names every file once, equal ones too, and no links', () => {
  const packs = packsOf([...many, { ...file(7), path: 'same' }, { path: 'a', link: 'f1' }])
  const hashes = packs.flatMap(({ files }) => files.map(({ hash }) => hash))
  assert.equal(hashes.sort(), many.map(({ hash }) => hash).sort())
  assert.ok(packs.length > 1 && packs.length < 100, `${packs.length} packs`)
  assert.equal(packsOf([]), [])
})

test('packsOf() leaves other packs as they are where one file has changed, come or gone', () => {
  const before = new Set(packsOf(many).map(({ hash }) => hash))
  const changes = [many.with(1000, file(5000)), many.toSpliced(1000, 1), many.toSpliced(1000, 0, file(5001))]
  for (const changed of changes) {
    const other = packsOf(changed).filter(({ hash }) => !before.has(hash))
    assert.ok(other.length >= 1 && other.length <= 2, `${other.length} other packs`)
  }
})

test('packsOf() begins another pack behind 4 MiB', () => {
  const large = [1, 2, 3].map(at => file(at, 3 * 1024 * 1024))
  assert.equal(
    packsOf(large).map(({ files }) => files.length),
    [2, 1],
  )
})

test.run()
