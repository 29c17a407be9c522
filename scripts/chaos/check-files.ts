// The promise about files: what belongs to nobody any more is removed.
import { type Dirent, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { PodStatus } from '../../protocol/words.ts'
import { readIfThere } from './files.ts'
import { restlessNames, type Seen } from './seen.ts'
import type { World } from './world.ts'

/** The paths in the data directory that should not be there. */
export function filesLeft(world: World, { pods }: Seen): string[] {
  const { data } = world.host
  const hashes = new Set<string>()
  const live = new Set<string>()
  for (const pod of pods.values()) {
    for (const run of pod.runs) live.add(`${pod.name}/${run.id.split('.').at(-1)}`)
    const desired = JSON.parse(readIfThere(join(data, 'pods', pod.name, 'pod.json')) ?? '{"images":[]}')
    for (const { hash } of desired.images) hashes.add(hash)
  }
  const restless = restlessNames(world)
  const isLate = world.didCallsFail || world.wasDiskFull
  const left: string[] = []
  for (const entry of entriesOf(data)) {
    const path = relative(data, join(entry.parentPath, entry.name))
    if (entry.isDirectory() || isExpected(path, { hashes, live, pods })) continue
    // What could not be folded is tried again a little later.
    if (isLate && /\.(raw(\.at)?|pipe)$/.test(path)) continue
    if (restless.some(name => path.includes(`/${name}/`)) || path.startsWith('c/')) continue
    left.push(path)
  }
  return left
}

/** A folder that a host removes meanwhile is looked at no further. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.flatMap(entry => [entry, ...(entry.isDirectory() ? entriesOf(join(folder, entry.name)) : [])])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

type Expected = { hashes: Set<string>; live: Set<string>; pods: Map<string, PodStatus> }

const hostFiles = [
  'host.json',
  'start.json',
  'token',
  'upgrade.json',
  'host.sock',
  'link.sock',
  's/l.sock',
  'hooks.json',
  'tokens.json',
  'page-codes.json',
  'audit.log',
  'audit.log.1',
  'logs/host.log',
  'logs/host.log.1',
  'logs/host.out',
  'logs/keeper.out',
]

function isExpected(path: string, { hashes, live, pods }: Expected): boolean {
  if (hostFiles.includes(path)) return true
  const image = /^images\/([0-9a-f]{64})\/(main(\.mjs(\.map)?)?|image\.json|tree\/.+)$/.exec(path)
  if (image) return hashes.has(image[1] as string)
  const file = /^(pods|logs)\/([^/]+)\/(.+)$/.exec(path)
  if (file) {
    const [, , name, rest] = file as unknown as [string, string, string, string]
    if (!pods.has(name)) return false
    const raw = /^(\d+)\.std(?:out|err)\.(?:raw(?:\.at)?|pipe)$/.exec(rest)
    if (raw) return live.has(`${name}/${raw[1]}`)
    // What was garbled just before the host wrote it anew is kept aside for a person.
    return /^(storage\/.+|main\.sock|ports\.json|asleep\.json|deploys\.json|pod\.json(\.broken-[^/]+)?|runs\/\d+\.(json|exit|begun)|\d+\.log(\.\d+)?)$/.test(
      rest,
    )
  }
  // Node's own cache of compiled code.
  if (/^compiled\/[^/]+\/[0-9a-f]+$/.test(path)) return true
  if (/^(keepers\/|events\/\d+\.jsonl$|hooks\/\d+\.json$)/.test(path)) return true
  // Those of images that are gone go later: images.ts looks at what is there of the others.
  if (path.startsWith('images/files/')) return true
  return /^spares\/(port-)?\d+\.std(out|err)\.raw$/.test(path)
}
