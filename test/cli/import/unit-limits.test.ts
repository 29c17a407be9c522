import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Draft } from '../../../cli/import/imported.ts'
import { limitKind } from '../../../cli/import/unit-limits.ts'

function taken(key: string, value: string) {
  const pod: Draft = {}
  const outcome = limitKind(key)?.(value, pod)
  return { limits: pod.limits, said: outcome && ('lost' in outcome ? outcome.lost : outcome.became) }
}

test('limitKind() makes limits of what a host can hold', () => {
  const table: [key: string, value: string, limits: Draft['limits']][] = [
    ['LimitNOFILE', '65536', { files: 65_536 }],
    ['LimitNOFILE', '1024:524288', { files: 524_288 }],
    ['MemoryHigh', '400M', { memory: '400M' }],
    ['MemoryMax', '1.5G', { memoryMax: '1.5G' }],
    ['MemoryMax', '536870912', { memoryMax: '536870912' }],
    ['TasksMax', '200', { processes: 200 }],
    ['Nice', '5', { nice: 5 }],
    ['OOMScoreAdjust', '500', { oom: 500 }],
  ]
  for (const [key, value, limits] of table) assert.equal(taken(key, value).limits, limits, key)
})

test('limitKind() says of every other limit why it is nothing here, and leaves the pod as it is', () => {
  for (const [key, value, why] of [
    ['LimitNOFILE', 'infinity', 'no such limit'],
    ['LimitNOFILE', '10', '64'],
    ['MemoryMax', '50%', 'not an amount'],
    ['MemoryMax', 'infinity', 'no such limit'],
    ['TasksMax', '10%', 'whole number'],
    ['Nice', '-5', 'from 0 to 19'],
    ['OOMScoreAdjust', '-500', 'from 0 to 1000'],
    ['CPUQuota', '150%', 'cpu: 1.5'],
    ['LimitNPROC', '50', 'limits.processes'],
    ['LimitCORE', '0', 'of its host'],
    ['CPUWeight', '50', 'limits.nice'],
    ['MemorySwapMax', '0', 'limits.memory'],
    ['IOWeight', '2', 'disks'],
    ['OOMPolicy', 'kill', 'started anew'],
    ['AllowedCPUs', '0-1', 'all cpus'],
    ['Slice', 'a.slice', 'groups'],
  ] as const) {
    const { limits, said } = taken(key, value)
    assert.is(limits, undefined, key)
    assert.match(said ?? '', why)
  }
  assert.is(limitKind('ProtectSystem'), undefined)
})

test.run()
