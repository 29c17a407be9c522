// The groups of the kernel, with a tree of plain files in the place of its own. Not here: what the kernel makes of them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { controllersIn, groupOf, hostLeaf } from '../../../daemon/bounds/cgroup-plan.ts'
import { Cgroups, type GroupPlaces } from '../../../daemon/system/cgroups.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const plan = { groupOf, controllersIn, leaf: hostLeaf }

/** A machine whose host is in that group, with these processes in it. */
function machine(at: Scratch, own: string, { controllers = 'cpu memory pids', inside = '77\n' } = {}): GroupPlaces {
  const mount = at.path('cgroup')
  const base = join(mount, own.replace(/\/host$/, ''))
  mkdirSync(join(mount, own), { recursive: true })
  for (const folder of [mount, base]) writeFileSync(join(folder, 'cgroup.controllers'), controllers)
  writeFileSync(join(base, 'cgroup.procs'), inside)
  return { mounts: [mount], self: at.file('self', `0::${own}\n`), pid: 77 }
}

async function open(places: GroupPlaces): Promise<Cgroups> {
  const groups = await Cgroups.open(plan, places)
  if (groups instanceof Cgroups) return groups
  throw new Error(groups.why)
}

test('Cgroups moves the host out of the way, and puts a run into a group of its own', async () => {
  using at = scratch()
  const base = at.path('cgroup/box')
  const groups = await open(machine(at, '/box'))
  const read = (file: string) => readFileSync(join(base, file), 'utf8')
  assert.is(read('host/cgroup.procs'), '77')
  assert.is(read('cgroup.subtree_control'), '+cpu +memory +pids')
  await groups.enter('web.1', 4711, [['pids.max', '50']])
  assert.equal([read('run-web.1/pids.max'), read('run-web.1/cgroup.procs')], ['50', '4711'])
  assert.is(await groups.read('web.1', 'pids.max'), '50')
  assert.is(await groups.read('web.1', 'memory.events'), '')
  await groups.set('web.1', [['pids.max', 'max']])
  await groups.set('web.3', [['pids.max', 'max']])
  assert.equal([read('run-web.1/pids.max'), existsSync(join(base, 'run-web.3'))], ['max', false])
  mkdirSync(join(base, 'run-web.2'))
  await groups.leave('web.2')
  assert.not(existsSync(join(base, 'run-web.2')))
})

test('Cgroups removes a group once its last process is gone, and those that an earlier host left', async () => {
  using at = scratch()
  const groups = await open(machine(at, '/box'))
  const left = () => readdirSync(at.path('cgroup/box')).filter(name => name.startsWith('run-'))
  for (const name of ['web.1', 'web.2', 'web.3', 'web.4']) mkdirSync(at.path(`cgroup/box/run-${name}`))
  for (const name of ['web.1', 'web.2']) writeFileSync(at.path(`cgroup/box/run-${name}/process`), '')
  await groups.sweep(['web.1', 'web.3'])
  assert.equal(left().sort(), ['run-web.1', 'run-web.2', 'run-web.3'])
  const leaving = groups.leave('web.1')
  await readdir(at.dir)
  rmSync(at.path('cgroup/box/run-web.1/process'))
  await leaving
  assert.equal(left().sort(), ['run-web.2', 'run-web.3'])
})

test('a host that systemd begins in its leaf moves nothing', async () => {
  using at = scratch()
  await open(machine(at, '/p8a.service/host', { inside: '' }))
  assert.not(existsSync(at.path('cgroup/p8a.service/host/cgroup.procs')))
})

test('Cgroups says why there are none', async () => {
  const why = async (make: (at: Scratch) => GroupPlaces) => {
    using at = scratch()
    const groups = await Cgroups.open(plan, make(at))
    return groups instanceof Cgroups ? '' : groups.why
  }
  assert.match(await why(at => machine(at, '/session.scope', { inside: '1\n77\n' })), 'not alone in its group')
  assert.match(await why(at => machine(at, '/p8a.service', { controllers: 'hugetlb' })), 'none of the controllers')
  assert.match(await why(at => machine(at, '/p8a.service')), 'DelegateSubgroup=host')
  assert.match(await why(at => ({ mounts: [at.dir], self: at.file('self', '3:memory:/x\n'), pid: 77 })), 'no cgroup v2')
})

test.run()
