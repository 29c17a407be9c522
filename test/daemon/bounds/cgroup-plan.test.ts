// What the kernel is told to hold, and what it says came of it. No kernel is asked here.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Controller, controllersIn, groupFiles, groupOf, overIn } from '../../../daemon/bounds/cgroup-plan.ts'

const all = new Set<Controller>(['cpu', 'memory', 'pids'])

test('groupOf() finds the group of the runs beside that of the host', () => {
  assert.equal(groupOf('0::/system.slice/p8a.service\n'), { base: '/system.slice/p8a.service', isInLeaf: false })
  assert.equal(groupOf('0::/system.slice/p8a.service/host\n'), { base: '/system.slice/p8a.service', isInLeaf: true })
  assert.equal(groupOf('12:memory:/x\n0::/\n'), { base: '/', isInLeaf: false })
  assert.is(groupOf('12:memory:/x\n'), undefined, 'cgroup v1 alone')
})

test('controllersIn() has those that hold limits', () => {
  assert.equal([...controllersIn('cpuset cpu io memory hugetlb pids\n')], ['cpu', 'memory', 'pids'])
  assert.equal([...controllersIn('hugetlb\n')], [])
})

test('groupFiles() sets each limit, and takes away one that is gone', () => {
  assert.equal(groupFiles({ memory: 100_000_000, processes: 50, cpu: 0.5 }, all), [
    ['memory.max', '150000000'],
    ['memory.high', '135000000'],
    ['memory.swap.max', '0'],
    ['memory.oom.group', '1'],
    ['pids.max', '50'],
    ['cpu.max', '50000 100000'],
  ])
  assert.equal(groupFiles({}, new Set<Controller>(['cpu', 'pids'])), [
    ['pids.max', 'max'],
    ['cpu.max', 'max 100000'],
  ])
  assert.equal(groupFiles({ memory: 100_000_000 }, all, { isScript: true })[0], ['memory.max', '100000000'])
})

test('overIn() says that the kernel killed it, with what it used most', () => {
  const limits = { memoryMax: 200 * 1024 * 1024 }
  assert.is(overIn('low 0\noom 1\noom_kill 1\n', `${231 * 1024 * 1024}\n`, limits), 'memory limit 200 MB (was 231 MB)')
  assert.is(overIn('oom 1\noom_kill 0\n', '1\n', limits), undefined)
  assert.is(overIn('', '', limits), undefined)
})

test.run()
