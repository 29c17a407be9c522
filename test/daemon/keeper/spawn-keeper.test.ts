import { existsSync, mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keeperProcess, spawnKeeper } from '../../../daemon/keeper/spawn-keeper.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { scratch } from '../../scratch.ts'

const hourMs = 3_600_000

function seamsAt(dir: string, time: { ms: number }): Seams {
  const clock = { wallMs: () => time.ms, nowMs: () => time.ms }
  const processes = { spawn: async () => ({ identity: { pid: 99, startTime: '' } }) }
  return { paths: dataPaths(dir), clock, processes, shim: { node: 'node', file: 'shim.cjs' } } as unknown as Seams
}

test('spawnKeeper() of one that is alone removes the folders of those before, and not that of one which a run begins meanwhile', async () => {
  using at = scratch()
  const time = { ms: hourMs }
  const seams = seamsAt(at.dir, time)
  const before = await keeperProcess(seams, 'ticket')
  const strange = `${seams.paths.keepers}/strange`
  mkdirSync(strange)
  time.ms += hourMs
  const begun = await keeperProcess(seams, 'ticket')
  time.ms += 100
  await spawnKeeper(seams, { ticket: 'ticket', isAlone: true })
  assert.equal([before.cwd, strange, begun.cwd, `${seams.paths.keepers}/${time.ms}`].map(existsSync), [
    false,
    false,
    true,
    true,
  ])
})

test('spawnKeeper() beside another one removes nothing', async () => {
  using at = scratch()
  const time = { ms: hourMs }
  const seams = seamsAt(at.dir, time)
  const { cwd } = await keeperProcess(seams, 'ticket')
  time.ms += hourMs
  await spawnKeeper(seams, { ticket: 'ticket', isAlone: false })
  assert.ok(existsSync(cwd))
})

test.run()
