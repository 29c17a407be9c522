import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addUsage } from '../../../daemon/verbs/usage.ts'
import type { PodStatus } from '../../../protocol/words.ts'

/** No process has it. */
const noPid = 2 ** 22 + 1

const statusOf = (...pids: (number | undefined)[]) =>
  ({ runs: pids.map((pid, at) => ({ id: `web.${at}`, ...(pid !== undefined && { pid }) })) }) as PodStatus

test('addUsage() adds what the process of each run uses', async () => {
  const status = statusOf(process.pid, undefined)
  await addUsage(status)
  assert.ok((status.runs[0]?.memory ?? 0) > 1_000_000)
  assert.type(status.runs[0]?.cpu, 'number')
  assert.not('memory' in (status.runs[1] ?? {}))
})

test('addUsage() adds nothing to a run whose process has just ended, and measures the others', async () => {
  const status = statusOf(noPid, process.pid)
  await addUsage(status)
  assert.not('memory' in (status.runs[0] ?? {}))
  assert.ok((status.runs[1]?.memory ?? 0) > 1_000_000)
})

test.run()
