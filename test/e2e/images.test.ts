// Images between hosts, by a file and by a copy: what runs there is what ran here. Not here: what is wrong with a file
// (cli/image/image-file).
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ImageInfo } from '../../protocol/image.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { podProgram } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('images')
const host = new TestHost(withSpares)
const other = new TestHost(withSpares)

test.before(async () => {
  await Promise.all([host.up(), other.up()])
  await host.ok('remote', 'add', 'other', `unix:${join(other.data, 'host.sock')}`)
})
test.after(async () => {
  await host.dispose()
  await other.dispose()
})

function write(path: string, text: string, mode = 0o644): string {
  const file = join(host.dir, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text, { mode })
  return file
}

/** A folder with a link, a program of its own, what its runs may write in, and packages that were installed elsewhere. */
function folder(): string {
  const manifest = { scripts: { start: 'node --no-warnings server.js' }, pod: { writable: ['data'] } }
  write('app/package.json', JSON.stringify(manifest))
  write('app/data/seed.txt', 'seed')
  write('app/tool', '#!/bin/sh\necho tool\n', 0o755)
  write('app/node_modules/dep/index.js', 'module.exports = "dep"')
  return join(
    write(
      'app/server.js',
      `const { readFileSync, writeFileSync } = require('node:fs')
writeFileSync(__dirname + '/data/mark', 'mark')
console.log(require('dep'), process.argv.slice(2).join(), readFileSync(__dirname + '/data/seed.txt', 'utf8'),
  require('node:child_process').execFileSync(__dirname + '/tool', { encoding: 'utf8' }).trim())
process.send?.('ready'); setInterval(() => {}, 100000)`,
    ),
    '..',
  )
}

test('a program is the same image on another host, by a file and by a copy', async () => {
  const source = write(
    'one.ts',
    'export const which = (): string => "one"\nexport default () => { throw new Error("x") }',
  )
  const pushed = await host.json<Pushed>('push', 'local', 'one', source, '-m', 'first')
  const told = await host.json<{ hash: string; bytes: number }>(
    'image',
    'export',
    'local',
    'one',
    join(host.dir, 'one.image'),
  )
  assert.is(told.hash, pushed.hash)
  assert.is(statSync(join(host.dir, 'one.image')).size, told.bytes)
  const taken = await host.json<Pushed>('image', 'import', 'other', 'one', join(host.dir, 'one.image'))
  assert.equal([taken.hash, taken.version, taken.unchanged], [pushed.hash, 1, false])
  const copied = await host.json<Pushed>('copy', 'local', 'one', 'other')
  assert.equal([copied.hash, copied.unchanged], [pushed.hash, true])
  const { versions } = await other.ask('pod.versions', { name: 'one' })
  assert.equal([versions[0]?.message, versions[0]?.file], ['first', 'one.ts'])
  const maps = [host, other].map(({ data }) => readFileSync(join(data, 'images', pushed.hash, 'main.mjs.map'), 'utf8'))
  assert.is(maps[0], maps[1])
})

test('a folder comes as it was built, with links, rights, arguments, and what its runs may write in', async () => {
  const at = folder()
  await host.ok('push', 'local', 'app', at, '--as-is', '--', 'extra')
  await host.ok('copy', 'app', 'other')
  await host.ok('image', 'export', 'app', join(host.dir, 'app.image'))
  const again = await host.json<Pushed>('image', 'import', 'other', 'app', join(host.dir, 'app.image'))
  assert.is(again.unchanged, true, 'a copy and a file bring the same')
  const pipe = '"$0" -- "$1" image export app - | "$0" -- "$1" image import other app - --json'
  const piped = await host.run('sh', ['-c', pipe, process.execPath, podProgram])
  assert.is(JSON.parse(piped.stdout).unchanged, true, piped.stderr)
  await host.ok('copy', 'other', 'app', 'other', '--as', 'app-2')
  for (const name of ['app', 'app-2']) {
    await other.begin(name)
    await until(async () => (await other.lines(name)).includes('dep extra seed tool'), `${name} runs as it did`)
    assert.ok(existsSync(join(other.data, 'pods', name, 'storage/data/mark')), 'it writes into its own storage')
  }
  const { images } = await host.json<{ images: ImageInfo[] }>('image', 'list', 'other')
  const uses = images.map(({ holds, uses }) => [holds, ...uses.map(({ pod, runs }) => `${pod} ${runs}`)].join())
  assert.equal(uses.sort(), ['code,one 0', 'folder,app 1', 'folder,app-2 1'])
})

test('a script is the same image on another host, whatever its bytes', async () => {
  const bytes = Buffer.from([...Buffer.from('#!/bin/sh\necho hi # '), 0xff, 0xfe, 10])
  const file = join(host.dir, 'job.sh')
  writeFileSync(file, bytes)
  const pushed = await host.json<Pushed>('push', 'local', 'job', file)
  const kept = await host.json<Pushed>('push', 'local', 'kept', file, '--service')
  for (const [name, { hash, kind }] of [
    ['job', pushed],
    ['kept', kept],
  ] as const) {
    const copied = await host.json<Pushed>('copy', 'local', name, 'other')
    assert.equal([copied.hash, copied.kind], [hash, kind])
  }
})

test('what cannot be elsewhere is refused, and says what to do', async () => {
  await host.ok('push', 'local', 'linked', join(host.dir, 'app'), '--link')
  const linked = await host.refused('copy', 'linked', 'other')
  assert.equal([linked.code, /used where it is/.test(linked.message)], ['unsupported', true])
  assert.is((await host.refused('copy', 'local', 'app', 'other', 'v9')).code, 'version_not_found')
  assert.is((await host.refused('image', 'export', 'none', 'none.image')).code, 'pod_not_found')
  const bad = await host.refused('image', 'import', 'other', 'app', write('other.image', 'hello'))
  assert.equal([bad.code, /it is no image/.test(bad.message)], ['bad_image', true])
  const builtFor = { platform: 'plan9', arch: 'mips', modules: '1' }
  const error = await other
    .ask('pod.push', { name: 'native', tree: [], command: 'sleep 9', asIs: true, builtFor })
    .catch(error => error)
  assert.match(error.message, /native addons for plan9-mips/)
})

test('a removed pod leaves nothing of its image, and prune removes versions that are not wanted', async () => {
  const files = () =>
    readdirSync(join(host.data, 'images'), { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  for (const which of [1, 2, 3]) await host.ask('pod.push', { name: 'web', code: `export default () => ${which}` })
  await host.begin('web', { config: { listen: 'unix' } })
  const pruned = await host.json<{ versions: unknown[]; images: string[] }>('image', 'prune', 'local', '--keep', '1')
  assert.equal(pruned.versions, [
    { pod: 'web', version: 1 },
    { pod: 'web', version: 2 },
  ])
  assert.is(pruned.images.length, 2)
  for (const name of ['one', 'app', 'job', 'kept', 'linked', 'web']) await host.remove(name)
  await until(() => files().length === 0, 'no file of an image is left')
  const ofPorts = () => readdirSync(join(host.data, 'spares')).filter(name => name.startsWith('port-'))
  await until(() => ofPorts().length === 0, 'no process waits for a pod with ports')
})

test.run()
