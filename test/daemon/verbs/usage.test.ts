import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import { addUsage, type UsageNeeds } from '../../../daemon/verbs/usage.ts'
import type { PodStatus } from '../../../protocol/words.ts'

/** No process has it. */
const noPid = 2 ** 22 + 1

const statusOf = (...pids: (number | undefined)[]) =>
  ({ runs: pids.map((pid, at) => ({ id: `web.${at}`, ...(pid !== undefined && { pid }) })) }) as PodStatus

const none = { vitals: { lagOf: async () => new Map() }, runs: new Map() }

test('addUsage() adds what the process of each run uses', async () => {
  const status = statusOf(process.pid, undefined)
  await addUsage(status, none)
  assert.ok((status.runs[0]?.memory ?? 0) > 1_000_000)
  assert.type(status.runs[0]?.cpu, 'number')
  assert.not('memory' in (status.runs[1] ?? {}))
})

test('addUsage() adds nothing to a run whose process has just ended, and measures the others', async () => {
  const status = statusOf(noPid, process.pid)
  await addUsage(status, none)
  assert.not('memory' in (status.runs[0] ?? {}))
  assert.ok((status.runs[1]?.memory ?? 0) > 1_000_000)
})

test('addUsage() adds by how much the event loops of those that tell it are late', async () => {
  const status = { ...statusOf(undefined, undefined), name: 'web' }
  const runs = new Map([4, 1].map(number => [number, { ref: { number } } as LiveRun]))
  const lagOf: UsageNeeds['vitals']['lagOf'] = async asked =>
    new Map(asked.flatMap(run => (run.ref.number === 1 ? [[run, { p50: 0, p99: 0.01234 }] as const] : [])))
  await addUsage(status, { vitals: { lagOf }, runs })
  assert.equal(
    status.runs.map(({ lag }) => lag),
    [undefined, { p50Ms: 0, p99Ms: 12.3 }],
  )
})

test.run()
