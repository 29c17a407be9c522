import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

/** The host `lab` with a pod that runs, left by its daemon. */
async function left() {
  const host = await Inside.open()
  const lab = await host.mount('lab')
  await lab.mount('lab.inner')
  await host.do('pod.push', { path: 'lab', name: 'web', code: 'export default () => {}' })
  await host.do('pod.start', { path: 'lab', name: 'web' })
  return { host, lab, data: host.kept.hosts.get('lab').seams.paths.data }
}

/** Too many files are open, whenever a file below a folder is opened. */
function openFails(folder: string): Disposable {
  const { open } = files
  files.open = async (path, ...rest) => {
    if (String(path).includes(folder)) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
    return await open(path, ...rest)
  }
  syncBuiltinESMExports()
  return {
    [Symbol.dispose]: () => {
      files.open = open
      syncBuiltinESMExports()
    },
  }
}

const pathsOf = ({ kept }: Inside) => kept.hosts.all().map(({ path }) => path)

test('loadHosts() reads the hosts that were there, outermost first, with what runs in them', async () => {
  const { host } = await left()
  await using _ = host
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.equal(pathsOf(next), ['lab', 'lab.inner'])
  const { supervisor } = next.kept.hosts.get('lab').pods.get('web')
  assert.equal(supervisor.underWay, [{ id: 'web.1', version: 1 }])
  assert.not(next.kept.hosts.get('lab').mounts.isMounted)
})

test('loadHosts() lets nothing run in a host that its pod had closed', async () => {
  const { host, lab } = await left()
  await using _ = host
  await lab.peer?.request('unmount', { path: 'lab' })
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.equal([next.kept.hosts.get('lab').isClosed, next.kept.hosts.get('lab').pods.holding.isHeld], [true, true])
})

test('loadHosts() lets nothing run in a host whose pod is not wanted', async () => {
  const { host } = await left()
  await using _ = host
  await host.do('pod.stop', { name: 'lab' })
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.ok(next.kept.hosts.get('lab').pods.holding.isHeld)
})

test('loadHosts() lets go on what runs in a host of which nobody knows whose it is', async () => {
  const { host, data } = await left()
  await using _ = host
  await host.leave()
  writeFileSync(join(data, 'owner.json'), 'damaged')
  await using next = await Inside.open({ after: host })
  assert.not(next.kept.hosts.get('lab').pods.holding.isHeld)
})

test('loadHosts() passes over what is no host', async () => {
  const { host, data } = await left()
  await using _ = host
  await host.leave()
  for (const name of ['The Lab', 'empty']) mkdirSync(join(data, '..', name))
  await using next = await Inside.open({ after: host })
  assert.equal(pathsOf(next), ['lab', 'lab.inner'])
})

test('loadHosts() fails where it cannot be known what runs in a host', async () => {
  const { host } = await left()
  await using _ = host
  await host.leave()
  using _broken = openFails('lab/pods/web/runs')
  const error = await failsWith('state_broken', () => Inside.open({ after: host }))
  assert.match(error.message, /cannot know which runs of pod "web" are alive/)
  assert.not(host.machine.shimOf('web.1').hasEnded)
})

test('loadHosts() fails where a host has no room for its pods', async () => {
  const { host, data } = await left()
  await using _ = host
  await host.leave()
  rmSync(join(data, 'pods'), { recursive: true })
  writeFileSync(join(data, 'pods'), 'in the way')
  const error = await failsWith('save_failed', () => Inside.open({ after: host }))
  assert.match(error.message, /hosts\/lab\/pods/)
})

test.run()
