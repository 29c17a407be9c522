// A folder with an app of Express and its packages: pushed, started, and what it takes on the disk and in memory.
import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { App } from '../adapters/manager.ts'
import { run } from '../command.ts'
import { diskOf } from '../disk.ts'
import { memoryOf } from '../processes.ts'
import type { Session } from '../session.ts'
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

const apps = fileURLToPath(new URL('../apps/', import.meta.url))
const versions = 10

export const folder: Row = {
  id: 'folder',
  title: 'a folder with an app of Express',
  how: 'A folder with a server, its lock file and some 70 packages in `node_modules` is pushed by `pod push local web DIR`. First: the host installs the packages, with what npm has in its cache. Unchanged: nothing is new. Changed: the server has one more line. Disk: all that the data directory has of images, after the first version and after ten, each with a changed file. Start: over an open connection; bare: `node server.js` in the folder. Memory: as `app-memory`.',
  figures: [
    { id: 'first', title: 'push of a folder with Express: first', unit: 'ms', aim: '' },
    { id: 'unchanged', title: 'the same, unchanged', unit: 'ms', aim: 'under 300 ms' },
    { id: 'changed', title: 'the same, one file changed', unit: 'ms', aim: '' },
    { id: 'disk-1', title: 'one version on the disk', unit: 'MB', aim: '' },
    { id: 'disk-10', title: 'ten versions on the disk', unit: 'MB', aim: 'under 1.2 times one' },
    { id: 'start', title: 'start of the folder over an open connection → listening', unit: 'ms', aim: 'at most 0.6×' },
    { id: 'rss', title: 'the idle app above bare: RSS', unit: 'MB', aim: 'at most +4 MB', isAboveBare: true },
    { id: 'private', title: 'the idle app above bare: private', unit: 'MB', aim: 'at most +2 MB', isAboveBare: true },
  ],
  isFor: manager => manager.connect !== undefined && manager.push !== undefined,
  async measure(session) {
    const { manager, samples } = session
    const app = await makeFolder(session)
    await manager.up([])
    await pushes(session, app)
    await starts(session, app)
    await memory(session, app)
    samples.add('disk-10', diskOf(manager.imageFolders?.() ?? []))
  },
}

/** Makes it, with its packages, so that npm has them in its cache and bare Node can start it. */
async function makeFolder(session: Session): Promise<App> {
  const dir = join(session.dir, 'web')
  mkdirSync(dir)
  const app = { ...(await session.httpApp('web')), file: join(dir, 'server.js') }
  copyFileSync(join(apps, 'folder.js'), app.file)
  copyFileSync(join(apps, 'ring.js'), join(dir, 'ring.js'))
  writeFileSync(join(dir, 'settings.json'), JSON.stringify(app.settings))
  const manifest = { name: 'web', version: '1.0.0', main: 'server.js', dependencies: { express: '^4.21.0' } }
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest))
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts']
  await run({ program: 'npm', args, env: session.env, cwd: dir })
  return app
}

async function pushes({ manager, samples }: Session, { name, file }: App): Promise<void> {
  const dir = join(file, '..')
  const push = async () => (await manager.push?.(name, dir)) ?? Number.NaN
  samples.add('first', await push())
  samples.add('disk-1', diskOf(manager.imageFolders?.() ?? []))
  for (let version = 2; version <= versions; version++) {
    samples.add('unchanged', await push())
    appendFileSync(file, `// ${version}\n`)
    samples.add('changed', await push())
  }
}

async function starts(session: Session, app: App): Promise<void> {
  const { manager, bare } = session
  const connection = await manager.connect?.()
  await alternate(session, 'start', {
    rounds: session.rounds({ full: 25, quick: 6 }),
    bare: async () => {
      const tookMs = await session.timeUp(app, () => bare.start(app))
      await bare.stopAll()
      return tookMs
    },
    own: async () => {
      const tookMs = await session.timeUp(app, () => connection?.start({ ...app, settings: {} }))
      await manager.stop(app)
      await session.gone(app)
      await session.rest()
      return tookMs
    },
  })
  connection?.close()
}

/** One after the other, since both listen on the same port. */
async function memory(session: Session, app: App): Promise<void> {
  const { manager, bare, bell, samples } = session
  const measured = async () => {
    await delay(5000)
    const [pid = 0] = bell.pids(app.name)
    return memoryOf(pid)
  }
  await session.timeUp(app, () => bare.start(app))
  const alone = await measured()
  await bare.stopAll()
  samples.addBare('rss', alone.rssMB)
  samples.addBare('private', alone.privateMB)
  await session.timeUp(app, () => manager.start({ ...app, settings: {} }))
  const kept = await measured()
  samples.add('rss', kept.rssMB - alone.rssMB)
  samples.add('private', kept.privateMB - alone.privateMB)
}
