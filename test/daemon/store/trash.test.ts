// How a pod leaves the disk.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { erase, eraseLeftovers, takeOutOfSight } from '../../../daemon/store/trash.ts'
import { type DataPaths, dataPaths } from '../../../daemon/system/paths.ts'
import { errorOf } from '../../fails.ts'
import { openBelow, whileNthFails } from '../../nth-call.ts'
import { type Scratch, scratch } from '../../scratch.ts'

/** A data directory with these pods, which have logs. */
function data(...names: string[]): Scratch & { paths: DataPaths } {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.pods)
  for (const name of names) {
    mkdirSync(paths.pod(name).dir)
    mkdirSync(paths.pod(name).logs, { recursive: true })
    writeFileSync(join(paths.pod(name).logs, '1.log'), '')
  }
  return { ...at, paths }
}

test('takeOutOfSight() renames the folder of a pod, and erase() removes it with its logs', async () => {
  using at = data('web', 'other')
  const trash = await takeOutOfSight(at.paths, 'web', 7)
  assert.equal(readdirSync(at.paths.pods), ['.removed-web-7', 'other'])
  assert.ok(existsSync(at.paths.pod('web').logs))
  await erase(at.paths, { name: 'web', trash })
  assert.equal(readdirSync(at.paths.pods), ['other'])
  assert.equal(readdirSync(at.paths.logs), ['other'])
})

test('takeOutOfSight() minds no folder that is gone, and leaves all as it was where it cannot be done', async () => {
  using at = data('web')
  await takeOutOfSight(at.paths, 'gone', 7)
  mkdirSync(join(at.paths.pods, '.removed-web-8'))
  writeFileSync(join(at.paths.pods, '.removed-web-8', 'in-the-way'), '')
  await errorOf(() => takeOutOfSight(at.paths, 'web', 8))
  assert.ok(existsSync(at.paths.pod('web').dir))
})

test('eraseLeftovers() finishes what was cut off, but leaves the logs of a pod that has the name again', async () => {
  using at = data('again', 'gone')
  for (const name of ['.removed-again-1', '.removed-gone-2', '.removed-x']) mkdirSync(join(at.paths.pods, name))
  const entries = readdirSync(at.paths.pods)
  await eraseLeftovers(at.paths, entries, name => name === 'again')
  assert.equal(readdirSync(at.paths.pods).sort(), ['again', 'gone'])
  assert.equal(readdirSync(at.paths.logs), ['again'])
})

test('whichever call fails, takeOutOfSight() has moved the folder, or has left it where it was', async () => {
  for (const call of ['rename', 'open', 'fsync', 'close'] as const) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = data('web')
      let error: unknown
      const take = async () => {
        error = await takeOutOfSight(at.paths, 'web', 7).then(
          () => undefined,
          failed => failed,
        )
      }
      wasReached = await whileNthFails(take, { calls: [call], at: number, code: 'EIO' })
      assert.equal(readdirSync(at.paths.pods), [error ? 'web' : '.removed-web-7'], `${call} ${number}`)
      assert.equal(openBelow(at.dir), [], `${call} ${number}`)
    }
  }
})

test.run()
