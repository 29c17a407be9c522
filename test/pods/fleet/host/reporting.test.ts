// How often a pod is told of, by an engine within the test that counts what is written.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { Reporting } from '../../../../pods/fleet/host/reporting.ts'
import { type Report, readRecord, reportKey } from '../../../../pods/fleet/records.ts'

const mb = 1_000_000
const usageMs = 30_000

function standing() {
  const hub = new Hub()
  const { state } = new EmbeddedEngine(hub)
  const at = { nowMs: 0, written: 0 }
  const reporting = new Reporting({
    state: {
      ...state,
      put: async (key, value, expected) => {
        at.written++
        return await state.put(key, value, expected)
      },
    },
    ...{ host: 'a', known: () => ({}), usageMs, nowMs: () => at.nowMs },
  })
  const tell = async (used: object, more: Partial<Report> = {}) => {
    const runs = [{ id: 'web.1', ...used }]
    const web = { status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs, ...more } as Report
    assert.is(await reporting.tell({ web }), '')
    return at.written
  }
  const told = () => {
    const value = hub.values.get(reportKey('a', 'web'))?.value
    return value && readRecord('report', value)?.report.runs[0]
  }
  return { at, tell, told }
}

test('tell() tells what a pod uses once it is known, and then only what is far from that, and seldom', async () => {
  const { at, tell, told } = standing()
  assert.is(await tell({}), 1)
  assert.is(await tell({ cpu: 1, memory: 60 * mb }), 2)
  assert.is(await tell({ cpu: 50, memory: 90 * mb }), 2)
  at.nowMs = usageMs - 1
  assert.is(await tell({ cpu: 50, memory: 90 * mb }), 2)
  at.nowMs = usageMs
  assert.is(await tell({ cpu: 1.5, memory: 61 * mb }), 2)
  assert.is(await tell({ cpu: 50, memory: 90 * mb }), 3)
  assert.equal(told(), { id: 'web.1', cpu: 50, memory: 90 * mb })
  // What is not known any more, as where the host does not answer, is no news.
  at.nowMs = 2 * usageMs
  assert.is(await tell({}), 3)
})

test('tell() tells all else at once, with what is used now, which counts as told', async () => {
  const { at, tell, told } = standing()
  await tell({ cpu: 1, memory: 60 * mb })
  at.nowMs = usageMs - 1
  assert.is(await tell({ cpu: 50, memory: 90 * mb }, { text: 'busy' }), 2)
  assert.equal(told(), { id: 'web.1', cpu: 50, memory: 90 * mb })
  at.nowMs = usageMs
  assert.is(await tell({ cpu: 1, memory: 60 * mb }, { text: 'busy' }), 2)
})

test('tell() removes what is not here any more, also where only that there is something is known', async () => {
  const hub = new Hub()
  const { state } = new EmbeddedEngine(hub)
  const web = { status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] } as Report
  const keys = ['gone', 'here', 'lost'].map(name => reportKey('a', name))
  for (const key of keys) await state.put(key, Buffer.from('{}'), 'any')
  const known = () => ({ gone: web, here: undefined, lost: undefined })
  await new Reporting({ state, host: 'a', known, usageMs, nowMs: () => 0 }).tell({ here: web })
  assert.equal(
    keys.map(key => hub.values.get(key)?.value).map(value => value && readRecord('report', value)?.report.up),
    [undefined, 1, undefined],
  )
})

test.run()
