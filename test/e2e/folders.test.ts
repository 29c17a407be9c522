// Folders: pushed as they are, built on the host, used in place, and started as Node would start them.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pushed } from '../../protocol/words.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('folders')
const host = new TestHost()
test.before(() => host.up())
test.after(() => host.dispose())

function folder(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(host.dir, name, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return join(host.dir, name)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

const serving = {
  'package.json': JSON.stringify({ scripts: { start: 'GREETING=hello node server.js --loud' } }),
  'server.js': `
    const { readFileSync } = require('node:fs')
    const text = () => [process.env.GREETING, readFileSync(__dirname + '/views/page.txt', 'utf8'), process.argv[2], require.main === module].join()
    require('node:http').createServer((_, response) => response.end(text())).listen(process.env.PORT, '127.0.0.1')
    exports.answer = x => x + 1`,
  'views/page.txt': 'page',
}

test('pod push takes a folder, and its start script runs as it is', async () => {
  const at = folder('web', serving)
  const port = await freePort()
  assert.match(await host.ok('push', 'local', 'web', at), /^web v1 /)
  await host.ok('start', 'local', 'web', '--env', `PORT=${port}`)
  const get = async () => await (await fetch(`http://127.0.0.1:${port}`)).text()
  assert.is(await get(), 'hello,page,--loud,true')
  assert.is(await host.call('web', 'answer', 1), 2)
  assert.is((await host.json<Pushed>('push', 'local', 'web', at)).unchanged, true)
  writeFileSync(join(at, 'views/page.txt'), 'other')
  assert.is((await host.json<Pushed>('push', 'local', 'web', at)).version, 2)
  assert.is(await get(), 'hello,page,--loud,true', 'what runs is untouched by a push')
  await host.ok('restart', 'local', 'web')
  assert.is(await get(), 'hello,other,--loud,true')
})

test('a program is up once it listens, and its host may die meanwhile', async () => {
  const port = await freePort()
  const at = folder('slow', {
    'index.mjs': `import { createServer } from 'node:http'
      await new Promise(resolve => setTimeout(resolve, 300))
      createServer((_, response) => response.end('up')).listen(process.env.PORT, '127.0.0.1')`,
  })
  await host.ok('push', 'local', 'slow', at)
  await host.ok('start', 'local', 'slow', '--env', `PORT=${port}`)
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'up')
  const { runs } = await host.status('slow')
  await host.killHost()
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'up')
  await host.up()
  await until(async () => (await host.status('slow')).runs[0]?.pid === runs[0]?.pid, 'it is adopted')
})

test('a build runs on the host, its lines are shown, and one that fails leaves the old version', async () => {
  const build = (code: string) =>
    folder('built', { 'package.json': JSON.stringify({ scripts: { build: code } }), 'index.js': '' })
  const made = `node -e "require('fs').writeFileSync('index.js', 'console.log(42); setInterval(() => {}, 1000)'); console.log('built')"`
  const { code, stderr } = await host.pod('push', 'local', 'built', build(made))
  assert.is(code, 0, stderr)
  assert.match(stderr, /^\$ npm run build$/m)
  assert.match(stderr, /^built$/m)
  await host.ok('start', 'local', 'built')
  assert.match(await host.ok('logs', 'local', 'built'), /\| 42/)
  const failed = await host.refused('push', 'local', 'built', build('echo broken; exit 7'))
  assert.equal([failed.code, failed.exitCode], ['build_failed', 7])
  assert.is((await host.status('built')).latest, 1)
  assert.equal(
    readdirSync(join(host.data, 'images')).filter(name => name.startsWith('.')),
    [],
  )
})

test('--as-is takes node_modules along, --link uses the folder where it is', async () => {
  const at = folder('whole', {
    'index.js': `console.log(require('dep')); setInterval(() => {}, 1000)`,
    'node_modules/dep/index.js': `module.exports = 'from dep'`,
    '.gitignore': 'node_modules',
  })
  await host.ok('push', 'local', 'whole', at, '--as-is')
  await host.ok('start', 'local', 'whole')
  assert.match(await host.ok('logs', 'local', 'whole'), /from dep/)
  await host.ok('push', 'local', 'linked', at, '--link')
  writeFileSync(join(at, 'node_modules/dep/index.js'), `module.exports = 'changed in place'`)
  await host.ok('start', 'local', 'linked')
  assert.match(await host.ok('logs', 'local', 'linked'), /changed in place/)
})

test('what cannot be pushed is refused, and nothing is left of it', async () => {
  const empty = folder('empty', { 'readme.md': '' })
  const nothing = await host.refused('push', 'local', 'empty', empty)
  assert.equal([nothing.code, nothing.message], ['bad_image', 'Cannot find what to start in the folder'])
  const gone = await host.refused('push', 'local', 'empty', empty, '--entry', 'gone.js')
  assert.match(gone.message, '--entry names it, and it is not there')
  assert.is((await host.refused('status', 'local', 'empty')).code, 'pod_not_found')
  rmSync(empty, { recursive: true })
})

test.run()
