// Upgrades of the host: to a copy of the same build, which has to take over, and to such as cannot, after which the version before has
// to be back. Now and then the host, or whichever process is to take its place, is killed meanwhile: then there is one host in the end.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostInfo } from '../../protocol/words-host.ts'
import { installAt, onGo } from '../../test/e2e/installed.ts'
import { withHost } from './faults-host.ts'
import { send } from './faults-pods.ts'
import { ours } from './processes.ts'
import type { Chance } from './seed.ts'
import type { World } from './world.ts'

/** What the other version does first. */
const kinds = {
  good: '',
  throws: 'throw new Error("made to fail")',
  ends: onGo('process.exit(9)'),
  fails: onGo('process.send({ say: "failed", why: "made to fail" })'),
  knowsNothing: onGo('process.send({ say: "proved", roll: { pods: [], runs: [], linked: 0 } })'),
} as const
type Kind = keyof typeof kinds

/** Until there is one host, and it says what became of the upgrade. */
const settleMs = 60_000
/** An upgrade is refused while the disk is full, while calls fail, and while reloads are under way. */
const refusals = ['no_space', 'save_failed', 'host_busy', 'host_unreachable', 'host_gone', 'timeout']

export async function upgradeHost(world: World, chance: Chance): Promise<boolean> {
  const kind = chance.pick<Kind>(['good', 'good', 'good', 'throws', 'ends', 'fails', 'knowsNothing'])
  const victim = chance.pick([undefined, undefined, 'the host', 'another'] as const)
  const afterMs = chance.between(0, 1500)
  return await withHost(async () => {
    const before = world.host.pid
    const asked = ask(world, kind)
    if (victim !== undefined) {
      await delay(afterMs)
      const pids = daemonsOf(world).filter(pid => (pid === before) === (victim === 'the host'))
      for (const pid of pids.slice(-1)) send(pid, 'SIGKILL')
    }
    const code = await asked
    const info = await settled(world)
    const { outcome, why } = info?.upgrade ?? {}
    const told = code ?? outcome ?? 'a new host'
    world.report.count('upgrades', `${kind}${victim ? `, ${victim} killed` : ''}: ${told}`)
    if (victim !== undefined || world.wasDiskFull || world.didCallsFail) return
    const mayBe = code === undefined ? (outcome === 'done') === (kind === 'good') : kind === 'throws'
    if (!mayBe && !refusals.includes(code ?? ''))
      world.report.violated(
        `upgrade, ${kind}: ${told} ${why ?? ''};\n  ${world.words.last(['"tag":"host"', '"tag":"bug"'], 60)}`,
      )
  })
}

/** @returns the code with which it was refused */
async function ask(world: World, kind: Kind): Promise<string | undefined> {
  const folder = join(world.host.dir, `other-${kind}`)
  if (!existsSync(folder)) installAt(folder, { before: kinds[kind] })
  try {
    const client = await world.connect(false)
    await client.call('host.upgrade', { folder }).finally(() => client.close())
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** Until there is one host; where none is left, another is started. */
async function settled(world: World): Promise<HostInfo | undefined> {
  const untilMs = performance.now() + settleMs
  while (performance.now() < untilMs) {
    const info = await world.host.ask('host.info', {}).catch(() => undefined)
    if (info && info.upgrade?.outcome !== 'under way') {
      world.host.pid = info.pid
      if (daemonsOf(world).length === 1) return info
    }
    if (!info && daemonsOf(world).length === 0) {
      world.isHostUp = false
      await world.startHost()
      return undefined
    }
    await delay(50)
  }
  world.report.violated(`upgrade: it has not come to one host: ${daemonsOf(world).join(', ')}`)
  return undefined
}

/** The host, whoever is to take its place, and whoever waits in case that cannot. */
function daemonsOf({ host }: World): number[] {
  return ours(host.dir).flatMap(({ pid, command }) => (command.includes('dist/daemon.cjs') ? [pid] : []))
}
