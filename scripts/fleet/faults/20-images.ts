// Twenty hosts take an image of 50 MB at once, and hosts ask each other meanwhile. And the disks of all servers are full: what does not fit is refused, what
// was acknowledged is kept, and all goes on once there is room.

import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { NatsEngine } from '../../../pods/fleet/nats/engine.ts'
import { until } from '../../../test/until.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'twenty hosts take 50 MB at once while others ask each other; servers whose disks are full refuse, and lose nothing'
export const boundMs = 600_000

const [fleet, timeoutMs] = ['images', 5000]
const [processes, hostsEach] = [4, 5]
const imageBytes = 50 * 1024 * 1024
/** How long a question may take meanwhile, p99, on a machine that has much else to do. */
const mostAskMs = 2000
const [smallMb, largeMb, fillBytes] = [64, 256, 4 * 1024 * 1024]
const program = fileURLToPath(new URL('../pods/image-readers.ts', import.meta.url))

export async function run(t: Trial): Promise<void> {
  await atOnce(t)
  await full(t)
}

async function atOnce(t: Trial): Promise<void> {
  const { urls } = await t.engines()
  await using opened = await openedAt(urls)
  const { one, other } = opened
  const image = randomBytes(imageBytes)
  const hash = hashOf(image)
  const put = await one.blobs.put(hash, ReadableStream.from([image]))
  if (!put.ok) throw new Error(`it is not taken: ${put.message}`)
  other.bus.serve('echo', async frame => frame)
  const ask = async () => await one.bus.request('echo', Buffer.from('x'), { timeoutMs: 60_000 })
  await until(async () => await ask().catch(() => undefined), 'hosts ask each other')
  const names = Array.from({ length: processes * hostsEach }, (_, at) => `h${at}`)
  const begunMs = performance.now()
  let isOver = false
  const reading = Promise.all(
    Array.from({ length: processes }, async (_, at) => {
      const ours = names.slice(at * hostsEach, (at + 1) * hostsEach)
      await execa(process.execPath, [program, JSON.stringify({ servers: urls, fleet, names: ours, hash })])
    }),
  ).finally(() => {
    isOver = true
  })
  const tookMs: number[] = []
  while (!isOver) {
    const askedMs = performance.now()
    await ask()
    tookMs.push(performance.now() - askedMs)
    await delay(5)
  }
  await reading
  const p99Ms = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? 0
  t.measure(`50 MB to ${names.length} hosts at once`, `${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
  t.measure('a question from host to host meanwhile, p99', `${p99Ms.toFixed(0)} ms of ${tookMs.length}`)
  if (p99Ms > mostAskMs) throw new Error(`a question took ${Math.round(p99Ms)} ms`)
}

async function full(t: Trial): Promise<void> {
  const { engines, urls } = await t.engines({ diskMb: smallMb })
  await using opened = await openedAt(urls)
  const { one } = opened
  const kept: string[] = []
  const put = async () => {
    const image = randomBytes(fillBytes)
    const outcome = await one.blobs.put(hashOf(image), ReadableStream.from([image]))
    if (outcome.ok) kept.push(hashOf(image))
    return outcome
  }
  const value = await one.state.put('kept.a', Buffer.from('1'), 'absent')
  if (!value.ok) throw new Error(`a value is not taken: ${value.message}`)
  let refused = await put()
  while (refused.ok && kept.length * fillBytes < largeMb * 2 ** 20) refused = await put()
  if (refused.ok) throw new Error('more is taken than the disks have room for')
  t.measure(
    'images that are taken before the disks are full',
    `${kept.length}; then ${refused.why}: ${refused.message}`,
  )
  const late = await one.state.put('kept.b', Buffer.from('2'), 'absent')
  t.measure('a value then', late.ok ? 'is taken' : `${late.why}: ${late.message}`)
  for (const name of engines.names) await engines.kill(name)
  await engines.enlarge(largeMb)
  for (const name of engines.names) await engines.start(name)
  await engines.ready(urls)
  const isThere = async (key: string) =>
    await until(async () => {
      const found = await one.state.get(key)
      return found.ok && { is: found.value !== undefined }
    }, `${key} is read`)
  if (!(await isThere('kept.a')).is || (late.ok && !(await isThere('kept.b')).is)) throw new Error('a value is lost')
  for (const hash of kept) {
    const found = await until(async () => {
      const has = await one.blobs.has(hash)
      return has.ok && { is: has.value }
    }, 'an image is asked for')
    if (!found.is) throw new Error('an image that was taken is lost')
  }
  await until(async () => (await put()).ok, 'there is room again')
}

async function openedAt(urls: string[]) {
  const open = async (host: string) => {
    const engine = new NatsEngine({ servers: urls, fleet, host, replicas: 3, timeoutMs })
    await engine.open()
    await until(() => engine.isUp, 'the engine is there')
    return engine
  }
  const [one, other] = [await open('one'), await open('other')]
  return { one, other, [Symbol.asyncDispose]: async () => void (await Promise.all([one.close(), other.close()])) }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
