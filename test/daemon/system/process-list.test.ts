import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listProcesses, membersOf } from '../../../daemon/system/process-list.ts'

test('listProcesses() has this process, with its parent and its memory', async () => {
  const own = (await listProcesses()).find(({ pid }) => pid === process.pid)
  assert.is(own?.parent, process.ppid)
  const rss = process.memoryUsage.rss()
  assert.ok(own && own.memory > rss / 2 && own.memory < rss * 2, `${own?.memory} and ${rss}`)
})

test('membersOf() finds what a process has started, and nobody if another has its pid', async () => {
  const child = spawn('sh', ['-c', 'sleep 1000 & wait'], { detached: true, stdio: 'ignore' })
  const pid = child.pid as number
  try {
    for (;;) {
      const all = await listProcesses()
      const leader = all.find(one => one.pid === pid)
      if (leader && all.some(({ parent }) => parent === pid)) {
        assert.is(membersOf(all, leader).length, 2)
        assert.is(membersOf(all, { pid, startTime: 'other' }).length, 0)
        break
      }
    }
  } finally {
    process.kill(-pid, 'SIGKILL')
    await once(child, 'exit')
  }
})

test.run()
