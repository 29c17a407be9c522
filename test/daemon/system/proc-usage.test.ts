import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ProcUsage } from '../../../daemon/system/proc-usage.ts'
import { needs } from '../../needs.ts'

const test = suite('ProcUsage')
const stat = (name: string, { ticks = 0, start = 0, pages = 1 }) =>
  `7 (${name}) S ${Array.from({ length: 10 }, () => 0).join(' ')} ${ticks} 0 0 0 0 0 0 0 ${start} 0 ${pages} 0\n`

test('ProcUsage tells cpu since the start at first, and then since the last look', async () => {
  let text = stat('a) b (', { ticks: 100, start: 500, pages: 3 })
  const usage = new ProcUsage(() => text)
  // It began 5 s after the machine, and has used 1 s of the 5 s since then.
  assert.is((await usage.look([7], 10_000))[7]?.cpu, 20)
  text = stat('a) b (', { ticks: 150, start: 500, pages: 3 })
  assert.is((await usage.look([7], 11_000))[7]?.cpu, 50)
  // Another process of the same pid.
  text = stat('c', { ticks: 10, start: 1190 })
  assert.is((await usage.look([7], 12_000))[7]?.cpu, 100)
})

test('ProcUsage leaves out who is gone', async () => {
  const usage = new ProcUsage(file => {
    if (file.includes('/8/')) throw new Error('gone')
    return stat('a', {})
  })
  assert.equal(Object.keys(await usage.look([7, 8], 1000)), ['7'])
})

test('ProcUsage, whichever read fails, tells nothing false, and the next look is as if none had failed', async () => {
  for (let failing = 1; failing <= 6; failing++) {
    let reads = 0
    let ticks = 0
    const usage = new ProcUsage(file => {
      if (++reads === failing) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
      const pages = file.includes('self') ? Math.round(process.memoryUsage.rss() / 4096) : 3
      return stat('a', { ticks, start: 0, pages })
    })
    let last = { ticks: 0, second: 0 }
    for (let second = 1; second <= 6; second++) {
      // It uses more and more.
      ticks = 2 * second * second
      const used = (await usage.look([7], second * 1000))[7]
      assert.ok(used || reads === failing, `${failing} ${second}`)
      if (!used) continue
      const cpu = (ticks - last.ticks) / (second - last.second)
      assert.equal([used.cpu, used.memory], [cpu, 3 * 4096], `${failing} ${second}`)
      last = { ticks, second }
    }
  }
})

needs(test, 'linux')('ProcUsage knows how much memory a process has, and holds no file open', async () => {
  const usage = new ProcUsage()
  const open = () => readdirSync('/proc/self/fd').length
  await usage.look([process.pid])
  const before = open()
  const pids = [process.pid, process.ppid]
  const used = await usage.look(pids)
  assert.is(open(), before)
  const share = (used[process.pid]?.memory ?? 0) / process.memoryUsage.rss()
  assert.ok(share > 0.5 && share < 2, `${share}`)
})

test.run()
