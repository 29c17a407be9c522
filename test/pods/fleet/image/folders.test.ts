// A folder on its way through an engine that loses, breaks off and lies; the root of each host is played. With real ones: test/e2e/fleet.test.ts.
import { createHash } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { type Folder, giveFolder, isFolder, takeFolder } from '../../../../pods/fleet/image/folders.ts'
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

/** The root of a host that has none of it yet. */
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

test.run()
