// How the bench goes on after a failure, and what it leaves. Rows and managers are made up here.
import { existsSync, readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kind, Manager } from '../../../scripts/bench/adapters/manager.ts'
import { measure } from '../../../scripts/bench/measure.ts'
import { readOptions } from '../../../scripts/bench/options.ts'
import type { Row } from '../../../scripts/bench/rows/row.ts'
import { processesOf } from '../../processes.ts'
import { scratch } from '../../scratch.ts'

const test = suite('measure')

/** A manager that does nothing at all. */
function idleKind(id: string, more: Partial<Manager> = {}): Kind {
  const nothing = async () => {}
  const manager: Manager = {
    ...{ up: nothing, add: nothing, start: nothing, startAll: nothing, stop: nothing, stopAll: nothing },
    ...{ recover: nothing, down: nothing, list: async () => 1, running: async () => new Map() },
    ...{ daemonPids: () => [], logFiles: () => [] },
    ...more,
  }
  return { id, title: id, version: () => '1', make: () => manager }
}

const figures = [{ id: 'it', title: 'it', unit: 'ms', aim: '' }] as const

async function measured(rows: Row[], kinds: Kind[]) {
  using at = scratch()
  const { dir } = at
  const result = await measure({ rows, kinds, dir, options: readOptions([]), say: () => {} })
  // What is temporary to all sessions goes with the bench itself.
  assert.equal(readdirSync(dir), ['tmp'])
  assert.equal(processesOf(dir), [])
  return result
}

test('measure() reports a row that fails, goes on, and leaves no process and no file', async () => {
  const failing: Row = {
    ...{ id: 'failing', title: '', how: '', figures },
    async measure(session) {
      const app = session.app('idle.js', 'app')
      await session.timeUp(app, () => session.bare.start(app))
      assert.ok(existsSync(session.dir))
      throw new Error('as it was told')
    },
  }
  const fine: Row = {
    ...{ id: 'fine', title: '', how: '', figures },
    measure: async session => session.samples.add('it', await session.manager.list()),
  }
  const { rows, failures } = await measured([failing, fine], [idleKind('a'), idleKind('b')])
  assert.equal(
    failures,
    ['a', 'b'].map(manager => ({ row: 'failing', manager, message: 'as it was told' })),
  )
  assert.equal(
    rows.map(row => Object.keys(row.figures[0]?.cells ?? {})),
    [[], ['a', 'b']],
  )
})

test('measure() leaves out a manager that a row is not for', async () => {
  const row: Row = {
    ...{ id: 'open', title: '', how: '', figures },
    isFor: manager => manager.children !== undefined,
    measure: async session => session.samples.add('it', 1),
  }
  const { rows, failures } = await measured([row], [idleKind('a'), idleKind('b', { children: () => [] })])
  assert.equal(failures, [])
  assert.equal(Object.keys(rows[0]?.figures[0]?.cells ?? {}), ['b'])
})

test.run()
