import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keeperProcess, spawnKeeper } from '../../../daemon/keeper/spawn-keeper.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { guardNote } from '../../../protocol/keeper.ts'
import { scratch } from '../../scratch.ts'

const hourMs = 3_600_000
const alive = { pid: 11, startTime: '101' }
const gone = { pid: 12, startTime: '102' }

function seamsAt(dir: string, time: { ms: number }): Seams {
  const clock = { wallMs: () => time.ms, nowMs: () => time.ms }
  const processes = {
    spawn: async () => ({ identity: { pid: 99, startTime: '' } }),
    identify: async (pid: number) => (pid === alive.pid ? alive : undefined),
  }
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

test('spawnKeeper() of one that is alone leaves the folder in which a process that is there becomes a keeper', async () => {
  using at = scratch()
  const time = { ms: hourMs }
  const seams = seamsAt(at.dir, time)
  const noteOf = async (guard: typeof alive) => {
    time.ms += 1
    const { cwd } = await keeperProcess(seams, 'ticket')
    writeFileSync(join(cwd, guardNote), JSON.stringify({ keeper: gone, guard }))
    return cwd
  }
  const cwds = [await noteOf(alive), await noteOf(gone), await noteOf({ ...alive, startTime: '100' })]
  time.ms += hourMs
  await spawnKeeper(seams, { ticket: 'ticket', isAlone: true })
  assert.equal(cwds.map(existsSync), [true, false, false])
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
