// What is pushed to a fleet: read and built by the root of this host, in the namespace of the fleet itself, where nothing is started; and then
// given to all hosts by its hash.
import type { Asked, Image, OwnVerbs, Pushed } from 'p8a'
import type { Images } from '../image/images.ts'
import { policyOf } from '../policy.ts'
import type { Engine } from '../port/ports.ts'
import type { PodImage, PodRecord } from '../records.ts'
import { changePod } from './change.ts'
import { fleetError } from './errors.ts'
import type { Tables } from './tables.ts'

/** How many versions of a pod are kept. */
const keptVersions = 50

export type PushingOptions = { own: OwnVerbs; engine: Engine; images: Images; tables: Tables }

export class Pushing {
  #options: PushingOptions
  /** Pods of which a push is under way. */
  #busy = new Map<string, number>()

  constructor(options: PushingOptions) {
    this.#options = options
  }

  /** @returns what is said of it. @throws {Error} `unsupported` before anything is stored; what the root throws */
  async push(image: Image, { by }: Asked): Promise<string> {
    const { name } = image
    refuse(image)
    this.#busy.set(name, (this.#busy.get(name) ?? 0) + 1)
    try {
      return await this.#pushed(image, by.name)
    } finally {
      const left = (this.#busy.get(name) ?? 1) - 1
      if (left > 0) this.#busy.set(name, left)
      else this.#busy.delete(name)
    }
  }

  /** Removes here what the fleet does not have any more, or never got. */
  async sweep(): Promise<void> {
    const { own, tables } = this.#options
    const isKnown = (name: string) => tables.pods.has(name) || tables.unreadable.has(`pod.${name}`)
    for (const { name } of await own.list())
      if (!isKnown(name) && !this.#busy.has(name)) await own.remove(name, { force: true })
  }

  async #pushed(image: Image, by: string): Promise<string> {
    const { own, engine, images, tables } = this.#options
    const { name } = image
    const pushed = await own.push(image)
    if (pushed.kind !== 'service') throw unsupported(name, `it is a ${pushed.kind}`, 'Push it to one of its hosts')
    const { config } = await own.status(name)
    const forOld = [...tables.hosts.values()].some(({ record }) => !record.takesPieces)
    const blob = await images.give(image, { pushed, own, forOld })
    // Whoever pushes the same again repairs what a host did not get.
    const isSame = tables.pods.get(name)?.record.images.at(-1)?.blob === blob
    if (isSame && tables.hostsWith(name).some(({ pods }) => pods[name]?.failed !== ''))
      await images.give(image, { pushed, own, forOld, isDoubted: true })
    const { scale, on, exclusive, limits } = config
    const policy = JSON.parse(JSON.stringify({ scale, on, exclusive, limits }))
    const record = await changePod(engine, name, now => {
      const last = now?.images.at(-1)
      return now && last?.blob === blob ? now : withImage(now, name, madeOf(image, { pushed, blob, policy, by, last }))
    })
    return `${name} v${record?.images.at(-1)?.version} (${pushed.hash.slice(0, 12)})`
  }
}

/** What can be told without the root. @throws {Error} `unsupported` */
function refuse(image: Image & { folder?: string }): void {
  const { name, kind, folder, file = '', code = '', command, encoding } = image
  if (folder !== undefined)
    throw unsupported(name, 'its folder is used where it is, on one machine', 'Push it without --link')
  const bytes = Buffer.from(code, encoding)
  const isScript = file.endsWith('.sh') || bytes.subarray(0, 2).toString('latin1') === '#!'
  if (kind === 'script' || (kind === undefined && command === undefined && image.tree === undefined && isScript))
    throw unsupported(name, 'it is a script', 'Push it to one of its hosts; or, if it is to be kept up, with --service')
}

const unsupported = (name: string, why: string, hint: string) =>
  fleetError('unsupported', `Cannot push ${name} to a fleet: ${why}`, hint)

type Given = { pushed: Pushed; blob: string; policy: PodImage['own']; by: string; last: PodImage | undefined }

const madeOf = ({ file, message }: Image, { pushed, blob, policy, by, last }: Given): PodImage => ({
  version: (last?.version ?? 0) + 1,
  blob,
  hash: pushed.hash,
  size: pushed.size,
  exports: pushed.exports,
  kind: pushed.kind,
  own: policy,
  at: new Date().toISOString(),
  by,
  ...(file !== undefined && { file }),
  ...(message !== undefined && { message }),
})

const withImage = (now: PodRecord | undefined, name: string, made: PodImage): PodRecord =>
  now
    ? { ...now, images: [...now.images, made].slice(-keptVersions) }
    : { ...blank(name), images: [made], ...policyOf(name, {}, made) }

const blank = (name: string): PodRecord => ({
  ...{ v: 1, name, images: [], want: 'idle', turn: 0, how: 'restart', version: 0, params: {}, config: {}, scale: 1 },
  ...{ tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: {}, holder: '', waits: '' },
})
