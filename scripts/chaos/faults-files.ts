// Faults of files: desired files, records, exit notes and images are cut short and filled with what they must not say.
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { note } from './client.ts'
import { withPod } from './faults-pods.ts'
import type { Chance } from './seed.ts'
import type { World } from './world.ts'

/** As a person with a broken editor: what was in force stays so, and all is well once the file is mended. */
export async function garbleDesired(world: World, chance: Chance): Promise<boolean> {
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

export async function garbleRecord(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'garbleRecord')
    const folder = join(world.host.data, 'pods', pod.name, 'runs')
    const records = list(folder).filter(file => file.endsWith('.json'))
    if (records.length === 0) return
    const record = chance.pick(records)
    pod.baseline = undefined
    pod.harmedRecords.add(Number.parseInt(record, 10))
    await harm(join(folder, record), chance)
  })
}

export async function garbleExitNote(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    note(pod, 'garbleExitNote')
    const folder = join(world.host.data, 'pods', pod.name, 'runs')
    const notes = list(folder).filter(file => file.endsWith('.exit'))
    if (notes.length > 0) await harm(join(folder, chance.pick(notes)), chance)
  })
}

/** The same content pushed again mends it. */
export async function truncateImage(world: World, chance: Chance): Promise<boolean> {
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
