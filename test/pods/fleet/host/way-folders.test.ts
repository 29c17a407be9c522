// Where the sockets of ways are, and that nothing of them stays of a fleet pod that was killed.
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removeWays, sweepWays, WayFolders } from '../../../../pods/fleet/host/way-folders.ts'
import { type Scratch, scratch } from '../../../scratch.ts'

const test = suite('way folders')

/** The folder of ways in a storage whose path is too long for sockets. */
const longIn = (at: Scratch) => at.path(join('storage'.repeat(20), 'ways'))

/** One of a fleet pod that is killed once a socket is there: nothing closes it. @returns the short folder */
function killed(folder: string): string {
  const path = new WayFolders(folder).pathFor('web')
  writeFileSync(path, '')
  return dirname(path)
}

test('removeWays() removes what a fleet pod that was killed has left, in its storage and in the short folder', () => {
  using at = scratch()
  const folder = longIn(at)
  const short = killed(folder)
  assert.is(dirname(short), tmpdir())
  removeWays(folder)
  assert.equal([existsSync(short), existsSync(folder)], [false, false])
})

test('WayFolders begins with nothing of what was left, and has the same paths again', () => {
  using at = scratch()
  const short = killed(longIn(at))
  const next = new WayFolders(longIn(at))
  assert.not.ok(existsSync(short))
  assert.is(next.pathFor('web'), join(short, 'web'))
  assert.equal(readdirSync(short), ['.for'])
  next.close()
  assert.not.ok(existsSync(short))
})

test('WayFolders takes no short folder that is a link of somebody else', () => {
  using at = scratch()
  const short = killed(longIn(at))
  rmSync(short, { recursive: true })
  mkdirSync(at.path('elsewhere'))
  symlinkSync(at.path('elsewhere'), short)
  const next = new WayFolders(longIn(at))
  assert.throws(() => next.pathFor('web'), /EEXIST/)
  assert.ok(existsSync(at.path('elsewhere')))
  rmSync(short)
})

test('sweepWays() removes what is left of a storage that is gone, and of no other one', async () => {
  using at = scratch()
  using other = scratch()
  const [gone, kept] = [killed(longIn(at)), killed(longIn(other))]
  rmSync(dirname(longIn(at)), { recursive: true })
  await sweepWays()
  assert.equal([existsSync(gone), existsSync(kept)], [false, true])
  removeWays(longIn(other))
})

test('sweepWays() removes nothing of a fleet pod that is up, though its storage is not seen here', async () => {
  using at = scratch()
  const path = new WayFolders(longIn(at)).pathFor('web')
  const server = createServer().listen(path)
  await once(server, 'listening')
  rmSync(dirname(longIn(at)), { recursive: true })
  await sweepWays()
  assert.ok(existsSync(path))
  server.close()
  await once(server, 'close')
  await sweepWays()
  assert.not.ok(existsSync(dirname(path)))
})

test.run()
