// The monkey: one fault after another, of every kind there is, each undone before the next quiet point.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/methods.ts'
import { isAlive } from '../../test/e2e/harness.ts'
import { note } from './client.ts'
import { groupOf, ours } from './processes.ts'
import type { Chance } from './seed.ts'
import type { ChaosPod, World } from './world.ts'

type Fault = (world: World, chance: Chance) => Promise<boolean>

/** How often each comes, against the others. */
const weights = {
  killHost: 5,
  killHostAtPoint: 5,
  killPod: 8,
  killChild: 2,
  killSpare: 3,
  killKeeper: 2,
  hangKeeper: 2,
  stopPod: 2,
  stopHost: 2,
  stopSpare: 1,
  fillDisk: 1,
  garbleDesired: 2,
  garbleRecord: 1,
  garbleExitNote: 1,
  truncateImage: 1,
  deleteSockets: 2,
  moveClock: 2,
  failCall: 4,
} as const

const faults: Record<keyof typeof weights, Fault> = {
  killHost,
  killHostAtPoint,
  killPod,
  killChild,
  killSpare,
  killKeeper: async world => world.scripts.killKeeper(),
  hangKeeper: async (world, chance) => await world.scripts.hangKeeper(chance),
  stopPod,
  stopHost,
  stopSpare,
  fillDisk,
  garbleDesired,
  garbleRecord,
  garbleExitNote,
  truncateImage,
  deleteSockets,
  moveClock,
  failCall,
}

/** Only one of these at a time: they are about the host as a whole. */
let hostIsTaken = false

export async function runMonkey(world: World, chance: Chance): Promise<void> {
  while (!world.isOver) {
    if (!world.isQuiet) {
      const kind = chance.weighted(weights)
      world.busy += 1
      try {
        if (await faults[kind](world, chance)) world.report.count('faults', kind)
      } finally {
        world.busy -= 1
      }
    }
    await delay(chance.between(20, 400))
  }
}

async function withHost(work: () => Promise<void>): Promise<boolean> {
  if (hostIsTaken) return false
  hostIsTaken = true
  try {
    await work()
    return true
  } finally {
    hostIsTaken = false
  }
}

async function killHost(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    await world.killHost()
    await delay(chance.pick([0, 0, 50, 300, 1500]))
    await world.startHost()
  })
}

/** At any of the next calls that change something. */
async function killHostAtPoint(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    await world.order({ do: 'die', at: chance.between(0, 60), when: chance.pick(['before', 'after']) })
    const { pid } = world.host
    for (let looks = 0; looks < 150 && isAlive(pid); looks++) await delay(10)
    await world.order({ do: 'off' })
    await delay(20)
    if (isAlive(pid)) return
    world.isHostUp = false
    await world.startHost()
  })
}

async function killPod(world: World, chance: Chance): Promise<boolean> {
  return await withRun(world, chance, async (pod, run) => {
    if (!send(run.pid, 'SIGKILL')) return
    if (run.slot === 0) pod.kills += 1
  })
}

async function killChild(world: World, chance: Chance): Promise<boolean> {
  return await withRun(
    world,
    chance,
    async (_, run) => {
      const children = groupOf(run.pid).filter(({ pid }) => pid !== run.pid)
      if (children.length > 0) send(chance.pick(children).pid, 'SIGKILL')
    },
    pod => pod.sort.hasChildren === true,
  )
}

/** Short enough that no check fails, or, with a pod that is checked often, so long that it is found out. */
async function stopPod(world: World, chance: Chance): Promise<boolean> {
  return await withRun(world, chance, async (_, run) => {
    if (!send(run.pid, 'SIGSTOP')) return
    await delay(chance.between(20, 2000))
    send(run.pid, 'SIGCONT')
  })
}

async function killSpare(world: World): Promise<boolean> {
  const spare = ours(world.host.dir).find(({ command }) => command.includes('shim'))
  return spare !== undefined && send(spare.pid, 'SIGKILL')
}

async function stopSpare(world: World, chance: Chance): Promise<boolean> {
  const spare = ours(world.host.dir).find(({ command }) => command.includes('shim'))
  if (!spare || !send(spare.pid, 'SIGSTOP')) return false
  await delay(chance.between(50, 3000))
  send(spare.pid, 'SIGCONT')
  return true
}

async function stopHost(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    send(world.host.pid, 'SIGSTOP')
    await delay(chance.between(20, 2500))
    send(world.host.pid, 'SIGCONT')
  })
}

async function fillDisk(world: World, chance: Chance): Promise<boolean> {
  if (!world.hasOwnDisk) return false
  if (world.isDiskFull) return false
  world.isDiskFull = true
  world.wasDiskFull = true
  world.wasEverFull = true
  const balloon = openSync(world.balloon, 'w')
  const block = Buffer.alloc(1024 * 1024)
  try {
    for (;;) writeSync(balloon, block)
  } catch {
    // Full.
  } finally {
    closeSync(balloon)
  }
  const leftBytes = statfsSync(world.host.data).bavail
  if (leftBytes > 0) world.report.count('faults', 'disk not quite full')
  // A host that is killed meanwhile has to start on a full disk, which it may refuse.
  await delay(chance.between(100, 2500))
  rmSync(world.balloon, { force: true })
  // A start that was begun on it may still fail.
  setTimeout(() => (world.isDiskFull = false), 3000)
  return true
}

/** As a person with a broken editor: what was in force stays so, and all is well once the file is mended. */
async function garbleDesired(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'garbleDesired')
    const file = join(world.host.data, 'pods', pod.name, 'pod.json')
    const good = read(file)
    if (good === undefined) return
    const bad = chance.pick(['', '{', good.slice(0, good.length / 2), '\0'.repeat(300), '{"v":2}', '[]', 'null'])
    await put(file, bad)
    await delay(chance.between(10, 1200))
    await put(file, good)
    await delay(chance.between(300, 600))
  })
}

async function garbleRecord(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'garbleRecord')
    const folder = join(world.host.data, 'pods', pod.name, 'runs')
    const records = list(folder).filter(file => file.endsWith('.json'))
    if (records.length === 0) return
    const file = join(folder, chance.pick(records))
    pod.baseline = undefined
    world.garbled.add(file)
    await harm(file, chance)
  })
}

async function garbleExitNote(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'garbleExitNote')
    const folder = join(world.host.data, 'pods', pod.name, 'runs')
    const notes = list(folder).filter(file => file.endsWith('.exit'))
    if (notes.length > 0) await harm(join(folder, chance.pick(notes)), chance)
  })
}

/** The same content pushed again mends it. */
async function truncateImage(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'truncateImage')
    const desired = read(join(world.host.data, 'pods', pod.name, 'pod.json'))
    if (desired === undefined) return
    const newest = (JSON.parse(desired) as { images: { hash: string }[] }).images.at(-1)
    const folder = join(world.host.data, 'images', newest?.hash ?? '')
    const code = read(join(folder, 'main.mjs'))
    // One that the `pod` command made has a map, and the code is stored with a line of it: not the very content pushed.
    if (code === undefined || existsSync(join(folder, 'main.mjs.map'))) return
    truncateSync(join(folder, chance.pick(['main.mjs', 'image.json'])), chance.pick([0, 20]))
    await delay(chance.between(0, 500))
    await pushAgain(world, pod.name, code)
  })
}

async function pushAgain(world: World, name: string, code: string): Promise<void> {
  let last: unknown
  for (let tries = 0; tries < 600; tries++) {
    try {
      const client = await world.connect(false)
      await client.call('pod.push', { name, code }).finally(() => client.close())
      return
    } catch (error) {
      // The host is gone just now, or cannot save.
      last = error
      await delay(50)
    }
  }
  world.report.violated(`${name}: the same content could not be pushed again within half a minute: ${last}`)
}

async function deleteSockets(world: World, chance: Chance): Promise<boolean> {
  for (const file of chance.pick([['host.sock'], ['link.sock'], ['host.sock', 'link.sock']])) {
    rmSync(join(world.host.data, file), { force: true })
  }
  return true
}

async function moveClock(world: World, chance: Chance): Promise<boolean> {
  await world.order({ do: 'clock', byMs: chance.pick([-86_400_000, -3_600_000, -5000, 5000, 3_600_000, 86_400_000]) })
  return true
}

/** One call to the system fails, whichever comes. */
async function failCall(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    const code = chance.pick(['EAGAIN', 'ENOMEM', 'ENOSPC', 'EIO', 'EMFILE', 'EACCES'])
    world.didCallsFail = true
    await world.order({ do: 'fail', at: chance.between(0, 20), code, reads: false })
    await delay(chance.between(100, 800))
    await world.order({ do: 'off' })
    world.report.count('failed calls', code)
  })
}

type Run = { id: string; pid: number; slot: number }

async function withRun(
  world: World,
  chance: Chance,
  work: (pod: ChaosPod, run: Run) => Promise<void>,
  isFit: (pod: ChaosPod) => boolean = () => true,
): Promise<boolean> {
  let didIt = false
  await withPod(
    world,
    chance,
    async pod => {
      const status = await statusOf(world, pod.name)
      const runs = status?.runs.filter(run => run.state === 'up' && run.pid !== undefined && isAlive(run.pid)) ?? []
      if (runs.length === 0) return
      const { id, pid, slot } = chance.pick(runs)
      didIt = true
      note(pod, `signals ${id}`)
      await work(pod, { id, pid: pid as number, slot })
    },
    isFit,
  )
  return didIt
}

async function withPod(
  world: World,
  chance: Chance,
  work: (pod: ChaosPod) => Promise<void>,
  isFit: (pod: ChaosPod) => boolean = () => true,
): Promise<boolean> {
  const pod = world.take(chance, candidate => candidate.model.mayExist && isFit(candidate))
  if (!pod) return false
  try {
    await work(pod)
    return true
  } finally {
    pod.isBusy = false
  }
}

async function statusOf(world: World, name: string): Promise<PodStatus | undefined> {
  try {
    const client = await world.connect(false)
    return await client.call('pod.status', { name }).finally(() => client.close())
  } catch {
    // The host is gone just now, or has no such pod.
    return undefined
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // Gone already.
    return false
  }
}

async function harm(file: string, chance: Chance): Promise<void> {
  const text = read(file)
  if (text !== undefined) await put(file, chance.pick(['', text.slice(0, text.length / 2), 'garbage', '{"v":1}']))
}

/** Writes a file that is there; on a disk that is full, once it is not. */
async function put(file: string, text: string): Promise<void> {
  while (existsSync(file)) {
    try {
      return writeFileSync(file, text)
    } catch {
      await delay(50)
    }
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
