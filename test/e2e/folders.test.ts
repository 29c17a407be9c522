// Folders: pushed as they are, built on the host, used in place, and started as Node would start them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodEnv } from '../../protocol/words.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { freePort } from '../free-port.ts'
import { podProgram } from '../paths.ts'
import { isAlive } from '../processes.ts'
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
  await host.restart('web')
  assert.is(await get(), 'hello,other,--loud,true')
})

test('a program is up once it listens, and its host may die meanwhile', async () => {
  const port = await freePort()
  const at = folder('slow', {
    'index.mjs': `import { createServer } from 'node:http'
      await new Promise(resolve => setTimeout(resolve, 300))
      createServer((_, response) => response.end('up')).listen(process.env.PORT, '127.0.0.1')`,
  })
  await host.pushFile('slow', at)
  await host.ok('start', 'local', 'slow', '--env', `PORT=${port}`)
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'up')
  const { runs } = await host.status('slow')
  await host.killHost()
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'up')
  await host.up()
  await until(async () => (await host.status('slow')).runs[0]?.pid === runs[0]?.pid, 'it is adopted')
})

test("a program with ready: 'said' is up only when it says so", async () => {
  const at = folder('said', {
    'index.js': `require('node:http').createServer().listen(0, '127.0.0.1')
      setInterval(() => require('node:fs').existsSync('go') && process.send('ready'), 20)`,
    'pod.json': JSON.stringify({ ready: 'said', readyAfter: 1 }),
  })
  await host.ok('push', 'local', 'said', at, '--link')
  const starting = host.pod('start', 'local', 'said')
  await until(async () => (await host.status('said')).runs[0]?.text === 'loading', 'it was asked, and not taken for up')
  writeFileSync(join(at, 'go'), '')
  assert.is((await starting).code, 0)
})

test('a program gets the .env of its folder where the policy says so, behind what it is given by name', async () => {
  const said = `console.log([process.env.FROM, process.env.MODE, process.env.HOME_TOWN].join()); setInterval(() => {}, 1000)`
  const at = folder('envy', { 'index.js': said, '.env': 'FROM=file\nMODE=file', '.env.local': 'A=1' })
  const { code, stderr } = await host.pod('push', 'local', 'envy', at)
  assert.is(code, 0)
  assert.match(
    stderr,
    /^.env, .env.local are not pushed, since they may hold secrets. .*--env-file .env,.*"envFile": ".env"/,
  )
  writeFileSync(join(at, 'pod.json'), '{ "envFile": ".env" }')
  assert.equal((await host.json<{ leftOut: string[] }>('push', 'local', 'envy', at)).leftOut, ['.env.local'])
  const shell = { env: { HOME_TOWN: 'Ulm' } }
  const start = ['start', 'local', 'envy', '--env', 'MODE=named', '--env', 'HOME_TOWN']
  const started = await host.run(process.execPath, ['--', podProgram, ...start], shell)
  assert.is(started.code, 0, started.stderr)
  await host.restart('envy')
  assert.is((await host.ok('logs', 'local', 'envy', '--tag', 'stdout')).match(/\| file,named,Ulm$/gm)?.length, 2)
  const { env } = await host.json<PodEnv>('env', 'local', 'envy', '--values')
  assert.equal(
    env.map(({ name, value, from }) => [name, value, from]),
    [
      ['FROM', 'file', 'file'],
      ['HOME_TOWN', 'Ulm', 'start'],
      ['MODE', 'named', 'start'],
    ],
  )
  rmSync(join(at, '.env'))
  assert.match((await host.refused('push', 'local', 'envy', at)).message, 'envFile ".env": there is no such file')
  assert.match(
    (await host.refused('start', 'local', 'envy', '--env', 'NO_SUCH')).message,
    'this shell has no such variable',
  )
})

test('what the policy names as writable is kept over versions; a lone program starts in its storage', async () => {
  const write = `const { appendFileSync, readFileSync } = require('node:fs')
    appendFileSync('data/lines.txt', process.argv[2] + ';')
    appendFileSync('state.json', 'x')
    console.log(readFileSync(__dirname + '/data/lines.txt', 'utf8') + readFileSync('state.json', 'utf8'))
    setInterval(() => {}, 1000)`
  const at = folder('keeps', {
    'index.js': write,
    'data/lines.txt': 'seed;',
    'pod.json': '{ "writable": ["data", "state.json"] }',
  })
  await host.pushFile('keeps', at)
  await host.begin('keeps')
  writeFileSync(join(at, 'data/lines.txt'), 'another seed;')
  await host.pushFile('keeps', at)
  await host.restart('keeps')
  const said = await host.ok('logs', 'local', 'keeps', '--tag', 'stdout')
  assert.equal(said.match(/seed;.*$/gm), ['seed;undefined;x', 'seed;undefined;undefined;xx'])
  const file = join(
    folder('lone', { 'lone.js': `require('node:fs').writeFileSync('x', ''); console.log(process.cwd())` }),
    'lone.js',
  )
  await host.pushFile('lone', file)
  await host.begin('lone', { config: { restart: 'on-failure' } })
  assert.match(await host.ok('logs', 'local', 'lone', '--tag', 'stdout'), join(host.data, 'pods/lone/storage'))
})

test('arguments behind -- go to the program: those of the push first, then those of the start; params are variables', async () => {
  const at = folder('argued', {
    'package.json': JSON.stringify({ scripts: { start: 'node index.js --own' } }),
    'index.js': `console.log(JSON.stringify([process.argv.slice(2), process.env.LEVEL, process.env.P8A_STORAGE]))
      setInterval(() => {}, 1000)`,
  })
  const said = async (name: string) => {
    const lines = (await host.ok('logs', 'local', name, '--tag', 'stdout')).split('\n')
    return lines.filter(line => line !== '').map(line => JSON.parse(line.replace(/^.*\| /, '')))
  }
  const storage = (name: string) => join(host.data, 'pods', name, 'storage')
  await host.ok('push', 'local', 'argued', at, '--', '--port', '3000')
  await host.ok('start', 'local', 'argued', '--level', '3', '--', '--scale', 'a b')
  await host.ok('restart', 'local', 'argued')
  const whole = [['--own', '--port', '3000', '--scale', 'a b'], '3', storage('argued')]
  assert.equal(await said('argued'), [whole, whole])
  await host.ok('push', 'local', 'line', at, '--command', 'node index.js', '--', `it's`)
  await host.ok('start', 'local', 'line', '--ready-after', '100ms', '--', '$HOME')
  await until(async () => (await said('line')).length > 0, 'it says so')
  assert.equal(await said('line'), [[[`it's`, '$HOME'], null, storage('line')]])
  const script = join(at, 'x.sh')
  writeFileSync(script, 'true')
  assert.match((await host.pod('push', 'local', 'script', script, '--', 'x')).stderr, 'only a program or a folder')
})

test('a package of a workspace is pushed with what it needs of that, and starts in its own folder', async () => {
  const lock = {
    name: 'mono',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'mono', workspaces: ['packages/*'] },
      'node_modules/lib': { resolved: 'packages/lib', link: true },
      'node_modules/web': { resolved: 'packages/web', link: true },
      'packages/lib': { version: '1.0.0' },
      'packages/web': { version: '1.0.0', dependencies: { lib: '*' } },
    },
  }
  const at = folder('mono', {
    'package.json': JSON.stringify({ name: 'mono', private: true, workspaces: ['packages/*'] }),
    'package-lock.json': JSON.stringify(lock),
    'packages/lib/package.json': JSON.stringify({
      name: 'lib',
      version: '1.0.0',
      main: 'dist/lib.js',
      scripts: { build: 'mkdir dist && cp lib.js dist' },
    }),
    'packages/lib/lib.js': `module.exports = 'from lib'`,
    'packages/web/package.json': JSON.stringify({ name: 'web', version: '1.0.0', dependencies: { lib: '*' } }),
    'packages/web/index.js': `console.log(require('lib'), process.cwd()); setInterval(() => {}, 1000)`,
  })
  const { code, stderr } = await host.pod('push', 'local', 'member', join(at, 'packages/web'))
  assert.is(code, 0, stderr)
  assert.match(stderr, /^packages\/lib \$ npm run build$/m)
  await host.ok('start', 'local', 'member')
  assert.match(await host.ok('logs', 'local', 'member', '--tag', 'stdout'), /from lib .*\/tree\/packages\/web$/m)
  const lone = folder('lone-member', { 'package.json': '{ "dependencies": { "lib": "file:../lib" } }', 'index.js': '' })
  const refused = await host.refused('push', 'local', 'member', lone)
  assert.match(refused.message, 'it depends on "lib" ("file:../lib"), which lies outside of it')
})

test('a build runs on the host, its lines are shown, and one that fails leaves the old version', async () => {
  const build = (code: string) =>
    folder('built', { 'package.json': JSON.stringify({ scripts: { build: code } }), 'index.js': '' })
  const made = `node -e "require('fs').writeFileSync('index.js', 'console.log(42); setInterval(() => {}, 1000)'); console.log('built')"`
  const { code, stderr } = await host.pod('push', 'local', 'built', build(made))
  assert.is(code, 0, stderr)
  assert.match(stderr, /^\$ npm run build$/m)
  assert.match(stderr, /^built$/m)
  await host.begin('built')
  assert.match(await host.ok('logs', 'local', 'built'), /\| 42/)
  const failed = await host.refused('push', 'local', 'built', build('echo broken; exit 7'))
  assert.equal([failed.code, failed.exitCode], ['build_failed', 7])
  assert.is((await host.status('built')).latest, 1)
  const noted = join(host.dir, 'build.pid')
  const leaving = spawn(
    process.execPath,
    ['--', podProgram, 'push', 'local', 'built', build(`echo $$ > ${noted}; sleep 1000`)],
    {
      env: host.env,
      stdio: 'ignore',
    },
  )
  const left = await until(() => existsSync(noted) && Number(readFileSync(noted, 'utf8')), 'it is being built')
  leaving.kill('SIGKILL')
  await until(() => !isAlive(left), 'the build ends with whoever asked for it')
  rmSync(noted)
  const interrupted = spawn(
    process.execPath,
    ['--', podProgram, 'push', 'local', 'built', build(`echo half done; echo $$ > ${noted}; sleep 1000`)],
    { env: host.env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = text(interrupted.stderr)
  const building = await until(() => existsSync(noted) && Number(readFileSync(noted, 'utf8')), 'it is being built')
  interrupted.kill('SIGINT')
  assert.match(
    await said,
    /The push of "built" was given up.*\n.*earlier version was touched.*pod logs local --tag build/,
  )
  assert.is(interrupted.exitCode ?? (await once(interrupted, 'close'))[0], 130)
  await until(() => !isAlive(building), 'the build ends by Ctrl-C')
  const told = async () =>
    /The build was given up [\s\S]*half done/.test(await host.ok('logs', 'local', '--tag', 'build'))
  await until(told, 'the log tells of it')
  rmSync(noted)
  const pushing = host.pod('push', 'local', 'built', build(`echo $$ > ${noted}; sleep 1000`))
  const pid = await until(() => existsSync(noted) && Number(readFileSync(noted, 'utf8')), 'it is being built')
  await host.killHost()
  await until(() => !isAlive(pid), 'the build ends with its host')
  assert.is((await pushing).code, 3)
  await host.up()
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
  await host.begin('whole')
  assert.match(await host.ok('logs', 'local', 'whole'), /from dep/)
  await host.ok('push', 'local', 'linked', at, '--link')
  writeFileSync(join(at, 'node_modules/dep/index.js'), `module.exports = 'changed in place'`)
  await host.begin('linked')
  assert.match(await host.ok('logs', 'local', 'linked'), /changed in place/)
})

test('what cannot be pushed is refused, and nothing is left of it', async () => {
  const empty = folder('empty', { 'readme.md': '' })
  const nothing = await host.refused('push', 'local', 'empty', empty)
  assert.equal([nothing.code, nothing.message], ['bad_image', 'Cannot find what to start in the folder'])
  const gone = await host.refused('push', 'local', 'empty', empty, '--entry', 'gone.js')
  assert.match(gone.message, '--entry names it, and it is not there')
  assert.is((await host.refused('status', 'local', 'empty')).code, 'pod_not_found')
  const hidden = folder('hidden', {
    'package.json': '{ "main": "dist/app.js" }',
    'dist/app.js': '',
    '.gitignore': 'dist',
  })
  assert.match(
    (await host.refused('push', 'local', 'empty', hidden)).message,
    /"dist\/app.js": .*\.gitignore leaves it out/,
  )
  await host.ok('push', 'local', 'types', folder('types', { 'server.ts': 'enum Color { Red }\n' }))
  const enums = await host.refused('start', 'local', 'types', '--retries', '1')
  assert.match(enums.hint, 'tsx')
  await host.ok('remove', 'local', 'types', '--force')
  rmSync(empty, { recursive: true })
})

test.run()
