import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RemoteHost } from '../../../cli/remote/remote-host.ts'
import { Output } from '../../../cli/say/output.ts'
import { unwell, wanted, workerInfo } from '../../../cli/shell/workers.ts'
import { status } from '../commands/doing.ts'

const pods = [
  { ...status, name: 'web', want: 'up', scale: 3, up: 2, failed: 1, status: 'error' },
  { ...status, name: 'down', want: 'up', scale: 1, up: 0, failed: 1, status: 'error' },
  { ...status, name: 'job', want: 'idle', scale: 1, up: 0, status: 'idle' },
]
const host = {
  call: async (method: string, { name }: { name?: string }) =>
    method === 'pod.list' ? { pods } : pods.find(pod => pod.name === name),
} as unknown as RemoteHost

test('unwell() wakes a pod of which some runs are well, and restarts another', async () => {
  assert.equal(await unwell(host, undefined), [
    ['wake', 'web'],
    ['restart', 'down'],
  ])
  assert.equal(await unwell(host, 'job'), [])
})

test('wanted() restarts the pods that should be up', async () => {
  assert.equal(await wanted(host), [
    ['restart', 'web'],
    ['restart', 'down'],
  ])
})

test('workerInfo() counts what is up, what is wanted, and what was given up', async () => {
  let value: unknown
  const output = new Output({ json: true })
  output.answer = told => {
    value = told
  }
  await workerInfo(host, undefined, output)
  assert.equal(value, {
    workers: [
      { name: 'web', current: 2, target: 3, dead: 1 },
      { name: 'down', current: 0, target: 1, dead: 1 },
      { name: 'job', current: 0, target: 0, dead: 0 },
    ],
  })
})

test.run()
