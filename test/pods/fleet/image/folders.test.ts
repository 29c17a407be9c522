// A folder on its way through an engine that loses, breaks off and lies; the root of each host is played. With real ones: test/e2e/fleet.test.ts.
import { createHash } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { blobsOfFolder, type Folder, giveFolder, isFolder, takeFolder } from '../../../../pods/fleet/image/folders.ts'
import { packsOf } from '../../../../pods/fleet/image/packs.ts'
import { type BlobPort, failed } from '../../../../pods/fleet/port/ports.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const contents = [1, 2, 3].map(at => Buffer.alloc(4 * 1024 * 1024, `${at} `))
const files = contents.map((bytes, at) => ({ path: `f${at}`, hash: sha256(bytes), size: bytes.length }))

/** The root that was pushed to. */
const own = {
  image: async () => ({ name: 'web', version: 1, hash: 'h', size: 1, holds: 'folder', file: 'web', push: {}, files }),
  imageBytes: async (_: string, path: string, { offset = 0 }: { offset?: number } = {}) => {
    const bytes = contents[Number(path.slice(1))] as Buffer
    return { data: bytes.subarray(offset, offset + 1_000_000).toString('base64'), size: bytes.length }
  },
} as unknown as Parameters<typeof giveFolder>[0]['own']

const MiB = 1024 * 1024
const largeBytes = Buffer.alloc(9 * MiB + 5, 'abc')
/** Each piece is another one. */
for (let at = 0; at < largeBytes.length; at += 4 * MiB) largeBytes[at] = at / MiB
const large = { path: 'large', hash: sha256(largeBytes), size: largeBytes.length }

/** The root that a folder with a large file was pushed to. */
const largeOwn = {
  image: async () => ({ ...(await own.image('web')), files: [large, files[0]] }),
  imageBytes: async (name: string, path: string, options: { offset?: number } = {}) => {
    if (path !== large.path) return await own.imageBytes(name, path, options)
    const { offset = 0 } = options
    return { data: largeBytes.subarray(offset, offset + 4 * MiB).toString('base64'), size: largeBytes.length }
  },
} as unknown as typeof own

type Sent = { hash: string; data: string; offset?: number; size?: number }

/** The root of a host that takes files part by part, and has what `begun` says. */
function partwiseHost(begun: Record<string, Buffer> = {}) {
  const kept = new Map(Object.entries(begun))
  const messages: number[] = []
  const isWhole = (hash: string) => sha256(kept.get(hash) ?? Buffer.alloc(0)) === hash
  const told = (hashes: string[]) => Object.fromEntries(hashes.map(hash => [hash, kept.get(hash)?.length ?? 0]))
  const ask = async (method: string, params: { hashes?: string[]; files?: Sent[] }) => {
    const { hashes = [], files: sent = [] } = params
    if (method === 'pod.push.missing') {
      const missing = hashes.filter(hash => !isWhole(hash))
      return { missing, begun: told(missing) }
    }
    if (method === 'pod.push') return { hash: 'there' }
    messages.push(sent.reduce((sum, { data }) => sum + Buffer.byteLength(data, 'base64'), 0))
    for (const { hash, data, offset = 0 } of sent) {
      const here = kept.get(hash) ?? Buffer.alloc(0)
      if (offset <= here.length) kept.set(hash, Buffer.concat([here.subarray(0, offset), Buffer.from(data, 'base64')]))
    }
    return { taken: sent.length, begun: told(sent.map(({ hash }) => hash)) }
  }
  return { verbs: { ask } as unknown as Parameters<typeof takeFolder>[1]['verbs'], messages, isWhole }
}

/** The root of a host that has none of it yet, and is of an earlier version: it takes files as a whole. */
function emptyHost() {
  const kept = new Set<string>()
  const sent: string[] = []
  const pushed: object[] = []
  const ask = async (method: string, params: { hashes?: string[]; files?: { hash: string; data: string }[] }) => {
    if (method === 'pod.push.missing') return { missing: params.hashes?.filter(hash => !kept.has(hash)) }
    for (const { hash, data } of params.files ?? []) {
      assert.is(sha256(Buffer.from(data, 'base64')), hash)
      kept.add(hash)
      sent.push(hash)
    }
    if (method === 'pod.push') pushed.push(params)
    return { hash: 'there' }
  }
  return { verbs: { ask } as unknown as Parameters<typeof takeFolder>[1]['verbs'], sent, pushed }
}

function opened(): { hub: Hub; blobs: BlobPort } {
  const hub = new Hub()
  return { hub, blobs: new EmbeddedEngine(hub).blobs }
}

const give = async (blobs: BlobPort): Promise<Folder> => await giveFolder({ own, blobs }, { name: 'web', version: 1 })
const messageOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => '',
    error => error.message,
  )

test('giveFolder() sends what the engine does not have, and goes on where it was broken off', async () => {
  const { blobs } = opened()
  const put: string[] = []
  let left = 2
  const breaking: BlobPort = {
    ...blobs,
    put: async (hash, source) => {
      if (left-- === 0) return failed('unavailable', 'The engine is away')
      put.push(hash)
      return await blobs.put(hash, source)
    },
  }
  assert.match(await messageOf(give(breaking)), /engine is away/)
  const folder = await give(breaking)
  assert.ok(isFolder(folder))
  assert.equal(
    put,
    packsOf(files).map(({ hash }) => hash),
  )
})

test('takeFolder() asks for what is missing, and goes on where it was broken off', async () => {
  const { hub, blobs } = opened()
  const folder = await give(blobs)
  const { verbs, sent, pushed } = emptyHost()
  const [, , last] = packsOf(files)
  const lost = hub.blobs.get(last?.hash ?? '') as Uint8Array
  hub.blobs.delete(last?.hash ?? '')
  assert.match(await messageOf(takeFolder(folder, { verbs, blobs, path: 'fleet.a' })), /does not have the files/)
  assert.equal([sent.length, pushed.length], [2, 0])
  hub.blobs.set(last?.hash ?? '', lost)
  assert.is(await takeFolder(folder, { verbs, blobs, path: 'fleet.a' }), 'there')
  assert.equal(sent.toSorted(), files.map(({ hash }) => hash).toSorted())
  assert.equal(pushed, [{ path: 'fleet.a', name: 'web', file: 'web', tree: files, asIs: true }])
})

test('takeFolder() refuses bytes that are not those of the folder', async () => {
  const { hub, blobs } = opened()
  const folder = await give(blobs)
  for (const { hash } of packsOf(files)) hub.blobs.set(hash, Buffer.alloc(4 * 1024 * 1024))
  const { verbs, sent } = emptyHost()
  assert.match(await messageOf(takeFolder(folder, { verbs, blobs, path: 'fleet.a' })), /"f0" .* another file/)
  assert.is(sent.length, 0)
})

test('giveFolder() and takeFolder() bring a large file piece by piece, in small messages', async () => {
  const { hub, blobs } = opened()
  const given: string[] = []
  const put: BlobPort['put'] = async (hash, source) => {
    given.push(hash)
    return await blobs.put(hash, source)
  }
  const folder = await giveFolder({ own: largeOwn, blobs: { ...blobs, put } }, { name: 'web', version: 1 })
  const sizes = given.map(hash => hub.blobs.get(hash)?.length)
  assert.equal(sizes, [4 * MiB, 4 * MiB, MiB + 5, 4 * MiB])
  assert.equal(blobsOfFolder(folder), given)
  const host = partwiseHost()
  assert.is(await takeFolder(folder, { verbs: host.verbs, blobs, path: 'fleet.a' }), 'there')
  assert.ok(host.isWhole(large.hash) && host.isWhole(files[0]?.hash ?? ''))
  assert.ok(Math.max(...host.messages) <= MiB)
})

test('giveFolder() gives a large file in a pack, as before, where hosts of an earlier version are to take it', async () => {
  const { blobs } = opened()
  const given = await giveFolder({ own: largeOwn, blobs, forOld: true }, { name: 'web', version: 1 })
  assert.is(given.folder.pieces, undefined)
  // By these alone such a host finds all.
  for (const { hash } of packsOf(given.folder.files)) assert.equal(await blobs.has(hash), { ok: true, value: true })
  const old = emptyHost()
  await takeFolder(given, { verbs: old.verbs, blobs, path: 'fleet.a' })
  assert.equal(old.sent.toSorted(), [large.hash, files[0]?.hash].toSorted())
})

test('takeFolder() goes on in the middle of a large file, and asks for no piece that is there', async () => {
  const { blobs } = opened()
  const folder = await giveFolder({ own: largeOwn, blobs }, { name: 'web', version: 1 })
  const asked: string[] = []
  const open: BlobPort['open'] = async (hash, skipped) => {
    asked.push(hash)
    return await blobs.open(hash, skipped)
  }
  const host = partwiseHost({
    [large.hash]: largeBytes.subarray(0, 5 * MiB),
    [files[0]?.hash ?? '']: contents[0] as Buffer,
  })
  await takeFolder(folder, { verbs: host.verbs, blobs: { ...blobs, open }, path: 'fleet.a' })
  assert.ok(host.isWhole(large.hash))
  const pieces = folder.folder.pieces?.[large.hash] ?? []
  assert.equal([...new Set(asked)], pieces.slice(1))
  const all = partwiseHost({ [large.hash]: largeBytes })
  await takeFolder(folder, { verbs: all.verbs, blobs, path: 'fleet.a' })
})

test('giveFolder() puts a piece again that the engine has damaged, where it is doubted', async () => {
  const { hub, blobs } = opened()
  const folder = await giveFolder({ own: largeOwn, blobs }, { name: 'web', version: 1 })
  const [, damaged = ''] = folder.folder.pieces?.[large.hash] ?? []
  hub.blobs.set(damaged, Buffer.alloc(4 * MiB))
  const take = async () => await takeFolder(folder, { verbs: partwiseHost().verbs, blobs, path: 'fleet.a' })
  assert.match(await messageOf(take()), /"large" .* another file/)
  await giveFolder({ own: largeOwn, blobs }, { name: 'web', version: 1 })
  assert.match(await messageOf(take()), /"large" .* another file/)
  const again = await giveFolder({ own: largeOwn, blobs, isDoubted: true }, { name: 'web', version: 1 })
  assert.equal(again, folder)
  assert.is(await take(), 'there')
})

test('giveFolder() refuses a large file that is damaged at its own host', async () => {
  const { blobs } = opened()
  const imageBytes = async (name: string, path: string, options: { offset?: number } = {}) => {
    const part = await largeOwn.imageBytes(name, path, options)
    return options.offset === 4 * MiB ? { ...part, data: Buffer.alloc(4 * MiB).toString('base64') } : part
  }
  const damaged = giveFolder({ own: { ...largeOwn, imageBytes }, blobs }, { name: 'web', version: 1 })
  assert.match(await messageOf(damaged), /damaged here: "large"/)
})

test.run()
