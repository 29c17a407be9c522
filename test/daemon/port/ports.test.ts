// Ports with real files and real sockets in the way, and a keeper that only notes what it is asked.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Holder, Keepers } from '../../../daemon/keeper/keepers.ts'
import { Ports, type Regained } from '../../../daemon/port/ports.ts'
import { makePodFolder } from '../../../daemon/store/pod-folder.ts'
import { readPorts } from '../../../daemon/store/ports-file.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import type { P8aError } from '../../../protocol/errors.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { errorOf } from '../../fails.ts'
import { freePort } from '../../free-port.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

async function world({ adoptTimeout = 1000 } = {}) {
  const at = scratch()
  const paths = dataPaths(at.dir)
  const asked: [string, unknown][] = []
  const warned: string[] = []
  const alive = new Set([7])
  const waits = new Set<number | undefined>()
  const request = async (method: string, params: unknown, { timeoutMs }: { timeoutMs?: number } = {}) => {
    asked.push([method, params])
    waits.add(timeoutMs)
  }
  const keeper = (pid: number) => ({ pid, ports: new Set<string>(), peer: { request } }) as unknown as Holder
  const linked = { keeper: keeper(7), others: [] as Holder[] }
  /** By the pid of a keeper: the process that becomes the next one. */
  const heirs = new Map<number, number>()
  const known: string[] = []
  const keepers = {
    ticket: 'secret',
    know: (ticket: string) => void known.push(ticket),
    holderOf: (key: string) => (linked.keeper.ports.has(key) ? linked.keeper : undefined),
    holdersOf: (key: string) => [linked.keeper, ...linked.others].filter(({ ports }) => ports.has(key)),
    isLinked: (pid: number) => [linked.keeper, ...linked.others].some(keeper => keeper.pid === pid),
    heirOf: async ({ pid }: { pid: number }) => {
      const heir = heirs.get(pid)
      return heir === undefined ? undefined : { pid: heir, startTime: 'then' }
    },
    askHolder: async (_: string, ask: (keeper: Holder) => Promise<unknown>) => await ask(linked.keeper),
  } as unknown as Keepers
  const seams = {
    paths,
    settings: { ...defaultSettings, adoptTimeout },
    log: { info: () => {}, warn: (_: string, text: string) => void warned.push(text), error: () => {} },
    processes: { identify: async (pid: number) => (alive.has(pid) ? { pid, startTime: 'then' } : undefined) },
    tell: () => {},
    random: Math.random,
  } as unknown as Seams
  const owner = async (name: string) => {
    await makePodFolder(seams, name)
    return { key: name, pod: paths.pod(name) }
  }
  const open = () => new Ports(seams, keepers)
  return {
    asked,
    warned,
    waits,
    alive,
    linked,
    heirs,
    keeper,
    keepers,
    known,
    owner,
    open,
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
}

/** Something that has a port already. */
async function listening(port: number): Promise<net.Server> {
  const server = net.createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('hold() notes the keeper before it is asked, and asks once', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  const port = await freePort()
  const wanted = { main: String(port) }
  const held = [{ name: 'main', host: '', port }]
  assert.equal(await ports.hold(web, wanted), held)
  assert.equal(await ports.hold(web, wanted), held)
  assert.equal(at.asked, [['holdPorts', { key: 'web', ports: held }]])
  assert.equal((await readPorts(web.pod))?.keeper, { ticket: 'secret', pid: 7, startTime: 'then' })
  assert.equal(ports.statusOf('web'), [{ name: 'main', host: '', port, address: `*:${port}` }])
})

test('Ports waits for a keeper that hangs as long as for one that does not dial', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.watch(web, { main: String(await freePort()) }, { onKnock: () => {}, onHeld: () => {} })
  await ports.cover('web')
  await ports.turnAway(web)
  await ports.give('web', 9)
  ports.unwatch(web)
  await ports.release(web, { isGone: true })
  const methods = at.asked.map(([method]) => method)
  assert.equal(methods, [
    'holdPorts',
    'watchPorts',
    'coverPorts',
    'turnAway',
    'givePorts',
    'unwatchPorts',
    'releasePorts',
  ])
  assert.equal([...at.waits], [1000])
})

test('check() names whoever has a port: another pod, or a process', async () => {
  using at = await world()
  const ports = at.open()
  const port = await freePort()
  await ports.hold(await at.owner('web'), { main: String(port) })
  const other = await at.owner('other')
  const byPod = await errorOf(() => ports.check(other, { main: `127.0.0.1:${port}` }))
  assert.is(byPod.code, 'port_taken')
  assert.match(byPod.message, /pod "web" has it$/)
  assert.equal((byPod as P8aError).steps[0]?.do, { verb: 'stop', args: ['web'] })
  const taken = await freePort()
  const server = await listening(taken)
  const byProcess = await errorOf(() => ports.check(other, { main: String(taken) }))
  server.close()
  assert.is(byProcess.code, 'port_taken')
  if (process.platform === 'linux') assert.match(byProcess.message, new RegExp(`\\(pid ${process.pid}\\) has it$`))
})

test('check() refuses a path at which something is that is no socket', async () => {
  using at = await world()
  using files = scratch()
  const web = await at.owner('web')
  const path = files.file('notes.txt', 'mine')
  for (const [taken, what] of [
    [path, 'file'],
    [files.dir, 'folder'],
  ]) {
    const error = await errorOf(() => at.open().check(web, { main: `unix:${taken}` }))
    assert.is(error.code, 'port_taken')
    assert.match(error.message, new RegExp(`: a ${what} that is no socket is there$`))
  }
})

test('check() says where nobody can listen', async () => {
  using at = await world()
  const error = await errorOf(async () => await at.open().check(await at.owner('web'), { main: '192.0.2.1:8080' }))
  assert.is(error.code, 'start_failed')
  assert.match(error.message, /this machine has no such address/)
})

test('a port that the host chose stays, also when it was let go', async () => {
  using at = await world()
  const web = await at.owner('web')
  const wanted = { main: 'auto' }
  const ports = at.open()
  const [first] = await ports.hold(web, wanted)
  await ports.release(web, { isGone: false })
  assert.equal(ports.of('web'), [])
  const next = at.open()
  await next.recover(web)
  assert.equal(at.known, [], 'nobody holds it')
  assert.equal((await next.hold(web, wanted))[0], first)
})

test('what an earlier host held is held by its keeper, which is waited for, or by another where it is gone', async () => {
  using at = await world()
  const web = await at.owner('web')
  const port = await freePort()
  await at.open().hold(web, { main: String(port) })
  const early = at.linked.keeper
  at.linked.keeper = at.keeper(8)
  const next = at.open()
  await next.recover(web)
  assert.equal(at.known, ['secret'])
  const begun = next.begin()
  at.linked.keeper = early
  await begun
  assert.is(at.asked.length, 1, 'it still holds them')
  at.alive.delete(7)
  at.alive.add(8)
  at.linked.keeper = at.keeper(8)
  at.keepers.onLost?.(early)
  await until(() => at.asked.length === 2, 'another one is asked')
  assert.is((await readPorts(web.pod))?.keeper?.pid, 8)
})

test('release() waits for the keeper of an earlier host, which is about to dial, and not for one that is gone', async () => {
  using at = await world()
  const web = await at.owner('web')
  await at.open().hold(web, { main: String(await freePort()) })
  const early = at.linked.keeper
  at.linked.keeper = at.keeper(8)
  const next = at.open()
  await next.recover(web)
  const released = next.release(web, { isGone: false })
  at.linked.keeper = early
  await released
  assert.equal(at.asked.at(-1), ['releasePorts', { key: 'web' }])
  await at.open().hold(web, { main: String(await freePort()) })
  at.linked.keeper = at.keeper(8)
  at.alive.delete(7)
  const third = at.open()
  await third.recover(web)
  await third.release(web, { isGone: true })
  assert.equal(at.asked.length, 3, 'nobody is there to be told')
})

test('what no keeper could hold when its own was lost is held a little later, and whoever watches it is told both', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  const told: (string | undefined)[] = []
  const onHeld = (why?: string) => void told.push(why)
  await ports.watch(web, { main: String(await freePort()) }, { onKnock: () => {}, onHeld })
  at.alive.delete(7)
  at.alive.add(8)
  const { askHolder } = at.keepers
  let refused = 0
  at.keepers.askHolder = async () => {
    refused += 1
    at.keepers.askHolder = askHolder
    throw new Error('too many open files')
  }
  const lost = at.linked.keeper
  at.linked.keeper = at.keeper(8)
  at.keepers.onLost?.(lost)
  await until(() => at.asked.length === 4, 'another keeper has them, and watches')
  assert.is(refused, 1)
  assert.equal(told, ['too many open files', undefined])
  assert.equal(
    ports.of('web').map(({ name }) => name),
    ['main'],
  )
})

test('whoever has the sockets of a pod that sleeps, and becomes the next keeper, is waited for, and watches them from then on', async () => {
  using at = await world()
  const web = await at.owner('web')
  const listen = { main: String(await freePort()) }
  const ports = at.open()
  await ports.watch(web, listen, { onKnock: () => {}, onHeld: () => {} })
  const [, , ...before] = at.asked
  assert.equal(before, [])
  let looks = 0
  at.alive.has = pid => {
    if (pid === 8) looks += 1
    return pid === 8
  }
  at.heirs.set(7, 8)
  const lost = at.linked.keeper
  at.linked.keeper = at.keeper(9)
  at.keepers.onLost?.(lost)
  await until(() => looks > 1, 'it is looked for')
  assert.is(at.asked.length, 2, 'nobody else is asked')
  const heir = at.keeper(8)
  heir.ports.add('web')
  at.linked.keeper = heir
  await until(() => at.asked.length === 4, 'it watches')
  assert.equal(
    at.asked.slice(2).map(([method]) => method),
    ['holdPorts', 'watchPorts'],
  )
  assert.is((await readPorts(web.pod))?.keeper?.pid, 8)
})

test('a keeper that has dialled without the sockets of a pod is not waited for: its runs are asked at once', async () => {
  using at = await world({ adoptTimeout: 600_000 })
  const web = await at.owner('web')
  const ports = at.open()
  const asked = Promise.withResolvers<void>()
  ports.regain = async () => {
    asked.resolve()
    return 'none'
  }
  await ports.hold(web, { main: String(await freePort()) })
  at.alive.clear()
  at.alive.add(8)
  at.heirs.set(7, 8)
  const lost = at.linked.keeper
  at.linked.keeper = at.keeper(9)
  at.keepers.onLost?.(lost)
  at.linked.others.push(at.keeper(8))
  await asked.promise
})

test('while a run has the sockets that no keeper holds, nobody opens the same beside: it is asked until it gives them, or is gone', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  const answers: Regained[] = ['refused', 'begun', 'none']
  const opened: number[] = []
  ports.regain = async () => {
    opened.push(at.asked.length)
    return answers.shift() ?? 'none'
  }
  at.alive.clear()
  const lost = at.linked.keeper
  at.linked.keeper = at.keeper(8)
  at.keepers.onLost?.(lost)
  await until(() => at.asked.length === 2, 'another keeper opens them')
  assert.equal(opened, [1, 1, 1])
  assert.equal(answers, [])
})

test('a run that cannot be asked, as on a full disk, ends nothing: it is asked again, and a start goes on', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  const listen = { main: String(await freePort()) }
  await ports.hold(web, listen)
  let asked = 0
  ports.regain = async () => {
    if (++asked <= 2) throw new Error('ENOSPC: no space left on device')
    return 'none'
  }
  at.alive.clear()
  const lost = at.linked.keeper
  at.linked.keeper = at.keeper(8)
  at.keepers.onLost?.(lost)
  await until(() => asked === 1, 'it was asked')
  await ports.hold(web, listen)
  assert.equal([asked, at.asked.length], [2, 2])
})

test('kept() names the run that is about to end, and leaves the address to those that stay', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  at.alive.clear()
  at.linked.keeper = at.keeper(8)
  const leaving: (number | undefined)[] = []
  ports.regain = async (_, of) => {
    leaving.push(of.leaving)
    return of.leaving === 2 ? 'none' : 'refused'
  }
  await ports.kept('web', 1)
  await ports.kept('web', 1)
  assert.equal([at.linked.keeper.ports.has('web'), at.asked.length, at.warned.length], [false, 1, 1])
  await ports.kept('web', 2)
  assert.equal([at.linked.keeper.ports.has('web'), leaving], [true, [1, 1, 2]])
})

test('a keeper that a run has begun is told what it holds, and opens nothing', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  const listen = { main: String(await freePort()) }
  await ports.hold(web, listen)
  at.alive.clear()
  at.linked.keeper = at.keeper(8)
  ports.regain = async () => {
    at.linked.keeper.ports.add('web')
    return 'begun'
  }
  await ports.hold(web, listen)
  assert.is((await readPorts(web.pod))?.keeper?.pid, 8)
})

test('release() lets go of what another keeper holds too', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  const back = at.keeper(9)
  back.ports.add('web')
  at.linked.others.push(back)
  await ports.release(web, { isGone: true })
  assert.equal(
    at.asked.map(([method]) => method),
    ['holdPorts', 'releasePorts', 'releasePorts'],
  )
})

test('kept() waits for the next keeper, since a run may be the last that has the sockets', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  await ports.kept('web', 1)
  const { askHolder } = at.keepers
  const held = Promise.withResolvers<void>()
  at.keepers.askHolder = async (key, ask) => {
    await held.promise
    return await askHolder(key, ask)
  }
  const lost = at.linked.keeper
  at.alive.clear()
  at.linked.keeper = at.keeper(8)
  at.keepers.onLost?.(lost)
  let isKept = false
  const kept = ports.kept('web', 1).then(() => {
    isKept = true
  })
  await ports.kept('other', 1)
  assert.is(isKept, false)
  held.resolve()
  await kept
  assert.is(at.linked.keeper.ports.has('web'), true)
})

test('recover() fails where the system does not let it be read', async () => {
  using at = await world()
  const { key, pod } = await at.owner('web')
  // Nobody may read from its beginning.
  if (process.platform !== 'linux') return
  const error = await errorOf(() => at.open().recover({ key, pod: { ...pod, ports: '/proc/self/mem' } }))
  assert.is(error.code, 'state_broken')
  writeFileSync(pod.ports, 'not what it should be')
  await at.open().recover({ key, pod })
})

test('release() lets go, and forgets a pod that is gone', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  assert.is(ports.hasAny, true)
  await ports.release(web, { isGone: true })
  assert.equal(at.asked.at(-1), ['releasePorts', { key: 'web' }])
  assert.is(ports.hasAny, false)
})

test('a keeper that has dialled lets go of the sockets of a pod that is gone, and of none that is known', async () => {
  using at = await world()
  const web = await at.owner('web')
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  at.linked.keeper.ports.add('removed')
  at.asked.splice(0)
  at.keepers.onDialled?.(at.linked.keeper)
  await until(() => at.asked.length > 0, 'it is asked')
  await ports.settled('web')
  assert.equal(at.asked, [['releasePorts', { key: 'removed' }]])
  assert.equal([...at.linked.keeper.ports], ['web'])
})

test('a keeper that hung until another had opened the same ports lets go of its sockets, but not of a path, which both have', async () => {
  using at = await world()
  const [web, unix] = [await at.owner('web'), await at.owner('unix')]
  const ports = at.open()
  await ports.hold(web, { main: String(await freePort()) })
  await ports.hold(unix, { main: `unix:${join(unix.pod.dir, 'web.sock')}` })
  const late = at.keeper(8)
  for (const key of ['web', 'unix']) late.ports.add(key)
  at.linked.others.push(late)
  at.asked.splice(0)
  // Whichever of them dials last.
  for (const keeper of [late, at.linked.keeper]) at.keepers.onDialled?.(keeper)
  await ports.settled('unix')
  await ports.settled('web')
  assert.equal(at.asked, [['releasePorts', { key: 'web' }]])
  assert.equal([[...late.ports], [...at.linked.keeper.ports]], [['unix'], ['web', 'unix']])
})

test.run()
