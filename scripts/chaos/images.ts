// Images that travel under attack: a folder is pushed, exported into files, and imported as other pods, which are removed again, while
// hosts die. An image is whole or not there: each file that was made is taken, and each version has all of its bytes.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import { imageParts, withImageFile } from '../../cli/image/image-file.ts'
import { imageOfHost } from '../../cli/image/source.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'

/** The pod that is pushed, and those that are imported. */
const from = 'shipped'
const takers = ['taken-0', 'taken-1', 'taken-2']
/** So many files are kept. */
const mostFiles = 4
const weights = { push: 2, export: 4, import: 5, remove: 2, prune: 1 } as const
/** What a host that dies, hangs or has no room answers; and that what was named is not there now. */
const excuses = [
  ...['host_gone', 'host_unreachable', 'host_silent', 'host_busy', 'timeout', 'aborted'],
  ...['no_space', 'save_failed', 'pod_not_found', 'version_not_found'],
]

type Attacked = {
  readonly host: { dir: string; pod(...args: string[]): Promise<{ code: number | null; stderr: string }> }
  readonly report: Report
  readonly wasDiskFull: boolean
  readonly didCallsFail: boolean
  readonly isQuiet: boolean
  readonly isOver: boolean
  connect(isTcp: boolean): Promise<Client>
}

export class Images {
  isBusy = false
  #world: Attacked
  #folder: string
  #files: string
  #made = 0

  constructor(world: Attacked) {
    this.#world = world
    this.#folder = join(world.host.dir, from)
    this.#files = join(world.host.dir, 'image-files')
  }

  async open(): Promise<void> {
    for (const folder of [join(this.#folder, 'parts'), this.#files]) mkdirSync(folder, { recursive: true })
    writeFileSync(join(this.#folder, 'index.js'), 'setInterval(() => {}, 1e6)\n')
    writeFileSync(join(this.#folder, 'large'), randomBytes(2 * 1024 * 1024))
    await this.#do('push')
  }

  async run(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(100, 1500))
      if (this.#world.isQuiet) continue
      this.isBusy = true
      try {
        await this.#do(chance.weighted(weights), chance)
      } finally {
        this.isBusy = false
      }
    }
  }

  async atQuietPoint(): Promise<void> {
    const { report } = this.#world
    for (const file of this.#whole())
      await withImageFile(file, async () => {}).catch(error => report.violated(`images: ${file}: ${error.message}`))
    const client = await this.#world.connect(false)
    try {
      const { images } = await client.call('image.list', {})
      const { pods } = await client.call('pod.list', {})
      for (const name of [from, ...takers].filter(name => pods.some(pod => pod.name === name))) {
        const { versions } = await client.call('pod.versions', { name })
        for (const { version } of versions) {
          const used = images.find(({ uses }) => uses.some(use => use.pod === name && use.version === version))
          if (used?.problem !== undefined) report.violated(`images: ${name} v${version}: ${used.problem}`)
          await this.#readWhole(client, { name, version })
        }
      }
    } finally {
      client.close()
    }
  }

  async #readWhole(client: Client, named: { name: string; version: number }): Promise<void> {
    try {
      for await (const _ of imageParts(await imageOfHost(client as never, named)));
      this.#world.report.count('images', 'found whole')
    } catch (error) {
      this.#world.report.violated(`images: ${named.name} v${named.version}: ${(error as Error).message}`)
    }
  }

  async #do(what: keyof typeof weights, chance?: Chance): Promise<void> {
    const taker = chance?.pick(takers) ?? ''
    const file = join(this.#files, String(++this.#made))
    const known = this.#whole()
    if (what === 'push') writeFileSync(join(this.#folder, 'parts', String(this.#made % 3)), randomBytes(1000))
    if (what === 'import' && known.length === 0) return
    const args = {
      push: ['push', 'local', from, this.#folder],
      export: ['image', 'export', 'local', from, file],
      import: ['image', 'import', 'local', taker, chance?.pick(known) ?? ''],
      remove: ['remove', 'local', taker, '--force'],
      prune: ['image', 'prune', 'local'],
    }[what]
    const { code, stderr } = await this.#world.host.pod(...args, '--json')
    const said = code === 0 ? undefined : codeIn(stderr)
    this.#world.report.count('images', said === undefined ? what : `${what} ${said}`)
    const isExcused =
      said === undefined || excuses.includes(said) || this.#world.didCallsFail || this.#world.wasDiskFull
    if (!isExcused) this.#world.report.violated(`images: pod ${args.join(' ')}: ${stderr.slice(0, 500)}`)
    for (const old of known.slice(0, -mostFiles)) rmSync(old)
  }

  /** Those that were made to their end, the oldest first. */
  #whole(): string[] {
    const names = readdirSync(this.#files).filter(name => !name.endsWith('.part'))
    return names.sort((a, b) => Number(a) - Number(b)).map(name => join(this.#files, name))
  }
}

function codeIn(stderr: string): string {
  return /"code":"(\w+)"/.exec(stderr)?.[1] ?? 'no code'
}
