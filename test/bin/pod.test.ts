// The way into `pod`: where it keeps compiled code, which is run. Not here: what an old Node is told (scripts/check-install.ts).
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podProgram } from '../paths.ts'
import { scratch } from '../scratch.ts'

async function version(env: Record<string, string>): Promise<void> {
  const { stdout } = await execa(process.execPath, [podProgram, '--version'], { env, extendEnv: false })
  assert.match(stdout, /^\d+\.\d+\.\d+/)
}

const filesIn = (dir: string) => (existsSync(dir) ? readdirSync(dir, { recursive: true }).length : 0)

test('compiled code is kept in a folder of its user alone, and not among temporary files', async () => {
  using at = scratch()
  for (const dir of ['home', 'tmp', 'caches']) mkdirSync(at.path(dir))
  await version({ HOME: at.path('home'), TMPDIR: at.path('tmp') })
  const folder = at.path('home/.cache/p8a/compiled')
  assert.ok(filesIn(folder) > 0)
  assert.is(statSync(folder).mode & 0o777, 0o700)
  assert.equal(readdirSync(at.path('tmp')), [])
  await version({ HOME: at.path('home'), XDG_CACHE_HOME: at.path('caches') })
  assert.ok(filesIn(at.path('caches/p8a/compiled')) > 0)
})

test('a folder that others may write, a link, and a home that is none are not used', async () => {
  using at = scratch()
  mkdirSync(at.path('open/.cache/p8a/compiled'), { recursive: true })
  chmodSync(at.path('open/.cache/p8a/compiled'), 0o777)
  await version({ HOME: at.path('open') })
  assert.is(filesIn(at.path('open/.cache/p8a/compiled')), 0)
  mkdirSync(at.path('linked'))
  mkdirSync(at.path('elsewhere'))
  symlinkSync(at.path('elsewhere'), at.path('linked/.cache'))
  await version({ HOME: at.path('linked') })
  assert.is(filesIn(at.path('elsewhere/p8a/compiled')), 0)
  await version({ HOME: 'relative', XDG_CACHE_HOME: 'relative', TMPDIR: at.dir })
  await version({ HOME: join(podProgram, 'no-folder') })
  await version({ TMPDIR: at.dir })
  assert.not.ok(existsSync(at.path('node-compile-cache')))
})

test.run()
