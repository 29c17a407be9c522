// Files that come part by part; a host that was killed is a new `Parts` of the same folder.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { missingContents } from '../../../daemon/image/contents.ts'
import { Parts } from '../../../daemon/image/parts.ts'
import { hashOf } from '../../../daemon/image/store.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const text = 'one two three'
const [hash, size] = [hashOf(text), text.length]
const path = 'team'
const part = (offset: number, bytes: string) => ({ path, hash, size, offset, bytes: Buffer.from(bytes) })

function opened() {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  const folder = join(paths.contents, hash.slice(0, 2))
  return { ...at, paths, folder, parts: () => new Parts(paths) }
}

test('Parts keeps what has come, and goes on with it after its host was killed', async () => {
  using at = opened()
  assert.is(await at.parts().take(part(0, 'one ')), 4)
  assert.equal(await missingContents(at.paths, [hash]), [hash])
  const next = at.parts()
  assert.equal(await next.begun(path, [hash, hashOf('other')]), { [hash]: 4 })
  assert.is(await next.take(part(4, 'two three')), size)
  assert.equal(await missingContents(at.paths, [hash]), [])
  assert.is(readFileSync(join(at.folder, hash), 'utf8'), text)
  assert.is(statSync(join(at.folder, hash)).mode & 0o777, 0o444)
  assert.equal([readdirSync(at.folder), await next.begun(path, [hash])], [[hash], {}])
  assert.is(await next.take(part(0, 'one ')), size, 'whoever sends it as well is told that all of it is here')
})

test('Parts tells whoever sends something else than what follows where to go on', async () => {
  using at = opened()
  const parts = at.parts()
  assert.is(await parts.take(part(4, 'two ')), 0)
  assert.equal(await Promise.all([parts.take(part(0, 'one ')), parts.take(part(0, 'one two'))]), [4, 7])
  assert.is(await parts.take(part(0, 'one')), 7)
  assert.is(await parts.take(part(4, 'two three')), size)
})

test('Parts throws away what has another hash in the end, or is too long, and begins anew', async () => {
  using at = opened()
  const parts = at.parts()
  await parts.take(part(0, 'one two '))
  await failsWith('bad_image', () => parts.take(part(8, 'THREE')))
  assert.equal(await parts.begun(path, [hash]), {})
  await failsWith('bad_image', () => parts.take(part(0, `${text} four`)))
  assert.is(await parts.take(part(0, text)), size)
})

test('Parts stores a file of which all bytes had come when its host was killed', async () => {
  using at = opened()
  await at.parts().take(part(0, text.slice(0, 4)))
  const [begun = ''] = readdirSync(at.folder)
  await at.parts().take(part(0, text))
  renameSync(join(at.folder, hash), join(at.folder, begun))
  assert.equal(await at.parts().begun(path, [hash]), { [hash]: size })
  assert.is(await at.parts().take(part(size - 1, 'e')), size)
  assert.ok(existsSync(join(at.folder, hash)))
})

test('Parts of one namespace are not spoilt by what is sent to another one', async () => {
  using at = opened()
  const parts = at.parts()
  const other = (offset: number, bytes: string) => ({ ...part(offset, bytes), path: 'other' })
  await parts.take(part(0, 'one '))
  await parts.take(other(0, 'none of it'))
  assert.equal(await parts.begun(path, [hash]), { [hash]: 4 })
  await failsWith('bad_image', () => parts.take(other(10, 'xxxx')))
  assert.is(await parts.take(part(4, 'two three')), size)
})

test.run()
