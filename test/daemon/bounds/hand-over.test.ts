// A folder that goes from one user to another.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { handOver } from '../../../daemon/bounds/hand-over.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

const test = suite('hand-over')
const asRoot = needs(test, 'root')
const of = (uid: number) => ({ uid, gid: uid })

asRoot(
  'handOver() leaves the next one nothing that leads elsewhere or waits, and opens the folder to nobody',
  async () => {
    using at = scratch()
    const target = at.file('target', '')
    for (const name of ['1.log', '1.stdout.raw']) chownSync(at.file(`logs/${name}`, ''), 4711, 4711)
    symlinkSync(target, at.path('logs/2.stdout.raw'))
    linkSync(target, at.path('logs/2.log'))
    mkdirSync(at.path('logs/2.stdout.raw.at'))
    execFileSync(
      'mkfifo',
      ['1.stdout.pipe', '2.stderr.raw'].map(name => at.path(`logs/${name}`)),
    )
    const folder = at.path('logs')
    chownSync(folder, 4711, 4711)
    chmodSync(folder, 0o777)
    await Promise.all([handOver(folder, of(4712)), handOver(folder, of(4712))])
    const { uid, gid, mode } = statSync(folder)
    assert.equal([uid, gid, mode & 0o777], [4712, 4712, 0o700])
    assert.equal(readdirSync(folder).sort(), ['1.log', '1.stdout.pipe', '1.stdout.raw'])
    assert.ok(statSync(target).isFile())
  },
)

asRoot('handOver() leaves a folder as it is where that user has it already', async () => {
  using at = scratch()
  mkdirSync(at.path('logs'))
  symlinkSync('elsewhere', at.path('logs/mine'))
  chownSync(at.path('logs'), 4711, 4711)
  chmodSync(at.path('logs'), 0o711)
  await handOver(at.path('logs'), of(4711))
  assert.equal([readdirSync(at.path('logs')), statSync(at.path('logs')).mode & 0o777], [['mine'], 0o711])
})

test.run()
