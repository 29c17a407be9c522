// A host with less disk than what is pushed to it, on a small file system of its own. Not here: a disk that is full while a pod
// is saved (faults-begin.test.ts), or while runs write (logs.test.ts).
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs, skipped } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('full disk')
const host = new TestHost(withSpares)
test.after(async () => await host.dispose())

const disk = host.data

/** @returns whether this root may do that: one in a container may not */
function mounted(): boolean {
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function folder(name: string, files: Record<string, string | Buffer>): string {
  const at = join(host.dir, name)
  mkdirSync(at)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(at, path), text)
  return at
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

needs(test, 'root')('what does not fit on the disk is refused, with nothing half left and nothing lost', async () => {
  if (!mounted()) return skipped('what does not fit on the disk is refused', 'this root may not mount')
  try {
    await host.up()
    const app = { 'index.js': 'setInterval(() => {}, 1000)' }
    await host.ok('push', 'local', 'web', folder('web', app))
    await host.begin('web')
    const before = freeBytes()
    const large = folder('large', { ...app, blob: Buffer.alloc(12_000_000, 'x') })
    assert.is((await host.refused('push', 'local', 'large', large)).code, 'no_space')
    const build = (line: string) => ({ ...app, 'package.json': JSON.stringify({ scripts: { build: line } }) })
    const filling = 'head -c 12000000 /dev/zero > blob'
    const failed = await host.refused('push', 'local', 'web', folder('failing', build(filling)))
    assert.is(failed.code, 'build_failed')
    assert.match(failed.hint ?? '', 'The disk of the host is full')
    assert.is(
      (await host.refused('push', 'local', 'web', folder('careless', build(`${filling}; true`)))).code,
      'no_space',
    )
    await until(() => freeBytes() > before - 100_000, 'nothing of it is left')
    assert.equal(
      readdirSync(join(disk, 'images')).filter(name => name.startsWith('.')),
      [],
    )
    const { status, latest, runs } = await host.status('web')
    assert.equal([status, latest, isAlive(runs[0]?.pid as number)], ['up', 1, true])
    await host.ok('push', 'local', 'web', folder('small', { ...app, 'more.js': '' }))
  } finally {
    await host.pod('host', 'stop', '--pods')
    execFileSync('umount', ['-l', disk])
  }
})

test.run()
