// Pods that have a user of their own, on a host of root: who they are, what is theirs, and what is closed to them.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { userIn } from '../../daemon/system/users.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { processesOf } from '../processes.ts'
import { isOnPath } from '../programs.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('users')
const asRoot = needs(test, 'nobody')
const host = new TestHost(withSpares)
const nobody = userIn(readFileSync('/etc/passwd', 'utf8'), 'nobody') as NonNullable<ReturnType<typeof userIn>>
const user = 'nobody'

/** Where the tests have their files closes nothing to others. */
function openAbove(folder: string): void {
  if (!folder.includes('/p8a-test')) return
  chmodSync(folder, 0o711)
  openAbove(dirname(folder))
}

const ownerOf = (path: string) => statSync(join(host.data, path)).uid
const uid = nobody?.uid

test.before(async () => {
  if (process.getuid?.() !== 0) return
  await host.up()
  openAbove(host.dir)
  await host.push('attacker', 'victim')
  await host.begin('victim', { config: { listen: 'unix' } })
})
test.after(() => host.dispose())

asRoot('a service runs as its user, who has its files and nothing else of the host', async () => {
  await host.push('attacker', 'apart')
  await host.ok('start', 'local', 'apart', '--user', user)
  const { name: USER, gid, home: HOME, shell: SHELL } = nobody
  const who = { ids: [uid, gid, [gid]], HOME, USER, LOGNAME: USER, SHELL }
  assert.equal(await host.call('apart', 'who'), who)
  assert.match(await host.ok('status', 'local', 'apart'), /\nuser +nobody\n/)
  const attempt = async (how: string, what?: unknown) => await host.call('apart', 'attempt', how, what)
  const victim = (await host.status('victim')).runs[0]?.pid
  assert.equal(
    {
      'reads the token': await attempt('read', join(host.data, 'token')),
      'reads the storage of another pod': await attempt('read', join(host.data, 'pods/victim/storage/secret')),
      'reads what a pod is to be': await attempt('read', join(host.data, 'pods/apart/pod.json')),
      'reads another log': await attempt('read', join(host.data, 'logs/victim/1.log')),
      'lists the data directory': await attempt('list', host.data),
      'lists the pods': await attempt('list', join(host.data, 'pods')),
      'lists the images': await attempt('list', join(host.data, 'images')),
      'lists the doors': await attempt('list', join(host.data, 's')),
      'dials the host': await attempt('dial', join(host.data, 'host.sock')),
      'dials the socket of another pod': await attempt('dial', join(host.data, 'pods/victim/main.sock')),
      'dials the link of others': await attempt('dial', join(host.data, 'link.sock')),
      'writes in the data directory': await attempt('write', join(host.data, 'x')),
      'writes beside its records': await attempt('write', join(host.data, 'pods/apart/runs/x')),
      'signals the host': await attempt('signal', host.pid),
      'signals another pod': await attempt('signal', victim),
      'starts a program': await attempt('child'),
      'writes in its storage': await attempt('write', 'own'),
    },
    {
      'reads the token': 'EACCES',
      'reads the storage of another pod': 'EACCES',
      'reads what a pod is to be': 'EACCES',
      'reads another log': 'EACCES',
      'lists the data directory': 'EACCES',
      'lists the pods': 'EACCES',
      'lists the images': 'EACCES',
      'lists the doors': 'EACCES',
      'dials the host': 'EACCES',
      'dials the socket of another pod': 'EACCES',
      'dials the link of others': 'EACCES',
      'writes in the data directory': 'EACCES',
      'writes beside its records': 'EACCES',
      'signals the host': 'EPERM',
      'signals another pod': 'EPERM',
      'starts a program': 'done',
      'writes in its storage': 'done',
    },
  )
  for (const path of ['pods/apart/storage', 'pods/apart/storage/own', 'logs/apart', 'logs/apart/1.log'])
    assert.is(ownerOf(path), uid, path)
  for (const path of ['pods/apart', 'pods/apart/pod.json', 'logs', 'pods/victim/storage'])
    assert.is(ownerOf(path), 0, path)
})

asRoot('it calls others and is called, is adopted, reloaded, restarted and scaled', async () => {
  const calls = async () => [
    await host.call('apart', 'ask', 'victim', 'answer'),
    await host.call('victim', 'ask', 'apart', 'answer'),
  ]
  assert.equal(await calls(), ['an answer', 'an answer'])
  const first = (await host.status('apart')).runs[0]?.pid
  await host.killHost()
  await host.up()
  await until(async () => (await host.status('apart')).status === 'up', 'it is adopted')
  assert.is((await host.status('apart')).runs[0]?.pid, first)
  assert.equal(await calls(), ['an answer', 'an answer'])
  await host.ask('pod.reload', { name: 'apart' })
  assert.is.not((await host.status('apart')).runs[0]?.pid, first)
  await host.restart('apart')
  await host.ok('scale', 'local', 'apart', '2')
  const { runs } = await host.status('apart')
  assert.equal(
    runs.map(({ pid }) => statSync(`/proc/${pid}`).uid),
    [uid, uid],
  )
  assert.equal(await calls(), ['an answer', 'an answer'])
  // Whoever has the storage next finds what is in it.
  await host.stop('apart')
  await host.begin('apart', { config: { user: 'root' } })
  assert.equal([ownerOf('pods/apart/storage/own'), ownerOf('logs/apart')], [0, 0])
  await host.stop('apart')
  await host.begin('apart', { config: { user } })
  assert.equal([ownerOf('pods/apart/storage/own'), ownerOf('logs/apart')], [uid, uid])
  assert.is(await host.call('apart', 'attempt', 'read', 'own'), 'done')
  await host.stop('apart')
})

asRoot('a run that puts a link in the place of a log ends no better', async () => {
  const target = join(host.dir, 'root-only')
  writeFileSync(target, 'of root', { mode: 0o600 })
  const last = Number((await host.runs('apart'))[0]?.id.split('.')[1])
  for (const next of [last + 1, last + 2])
    for (const name of [`${next}.log`, `${next}.stdout.raw`]) symlinkSync(target, join(host.data, 'logs/apart', name))
  await host.begin('apart', { config: { user: 'root', giveUp: 'after 1', startTimeout: '2s' } }).catch(() => {})
  assert.is(readFileSync(target, 'utf8'), 'of root')
  await host.stop('apart')
  for (const name of readdirSync(join(host.data, 'logs/apart')))
    if (/\.(log|raw)$/.test(name)) rmSync(join(host.data, 'logs/apart', name), { force: true })
  assert.not.match((await host.ok('logs', 'local', 'apart')).toString(), 'of root')
})

asRoot('its port is that of its host; a Unix socket belongs to it', async () => {
  const port = await freePort()
  const code = `import http from 'node:http'
export default () => { for (const at of [process.env.PORT, process.env.PORT_LOCAL]) http.createServer((_, res) => res.end(String(process.getuid()))).listen(at) }`
  const file = join(host.dir, 'web.mjs')
  writeFileSync(file, code)
  await host.ok('push', 'local', 'web', file)
  await host.begin('web', { config: { user, listen: { main: String(port), local: 'unix' } } })
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), String(uid))
  assert.is(ownerOf('pods/web/local.sock'), uid)
  const socket = net.connect(join(host.data, 'pods/web/local.sock'))
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.destroy()
  // Its run has the socket too, and is not given what a keeper knows.
  const keeper = JSON.parse(readFileSync(join(host.data, 'pods/web/ports.json'), 'utf8')).keeper.pid as number
  // One that has stopped does not begin another one beside it.
  process.kill(keeper, 'SIGSTOP')
  for (const { pid, command } of processesOf(host.data))
    if (command.includes('read -r over')) process.kill(pid, 'SIGKILL')
  process.kill(keeper, 'SIGKILL')
  await until(
    () => /no keeper holds its sockets/.test(readFileSync(join(host.data, 'logs/host.log'), 'utf8')),
    'it is told',
  )
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), String(uid))
  await host.restart('web')
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), String(uid))
  await host.stop('web')
})

asRoot(
  'a service in another language, its check and a script are its user, and open their own output again',
  async () => {
    const folder = join(host.dir, 'kept')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'run.sh'),
      'id -un > /dev/stdout; id -u >> /dev/stderr; touch "$P8A_STORAGE/made"; echo "$HOME"; exec sleep 1000',
    )
    await host.ok('push', 'local', 'kept', folder, '--command', 'sh run.sh', '--as-is')
    const seen = join(host.dir, 'seen')
    writeFileSync(seen, '')
    chmodSync(seen, 0o666)
    const check = { command: `id -un > ${seen}`, interval: '20ms' }
    await host.begin('kept', { config: { user, readyAfter: 50, check } })
    await until(async () => (await host.lines('kept')).length === 3, 'it has said all')
    assert.equal((await host.lines('kept')).sort(), [String(uid), nobody.home, 'nobody'].sort())
    assert.is(ownerOf('pods/kept/storage/made'), uid)
    await until(() => readFileSync(seen, 'utf8') === 'nobody\n', 'it was checked')
    await host.stop('kept')
    const script = join(host.dir, 'once.sh')
    writeFileSync(script, `#!/bin/sh\nid -un > /dev/stdout\ncat ${host.data}/token || echo closed > /dev/stderr\ncat\n`)
    await host.ok('push', 'local', 'once', script)
    const output = await host.run(process.execPath, [
      '--',
      join(process.cwd(), 'bin/pod.cjs'),
      'start',
      'local',
      'once',
      '--user',
      user,
      '--wait',
      '--stdin',
      script,
    ])
    assert.match(output.stdout + output.stderr, /nobody\n/)
    assert.match(output.stdout + output.stderr, /closed/)
    assert.match(output.stdout + output.stderr, 'cat\n', 'it has its stdin')
  },
)

asRoot('a folder is read-only to it, but for what it may write in, which is made as that user', async () => {
  const folder = join(host.dir, 'app')
  mkdirSync(join(folder, 'data'), { recursive: true })
  writeFileSync(join(folder, 'data/seed.txt'), 'seed')
  writeFileSync(join(folder, 'package.json'), '{ "name": "app", "pod": { "writable": ["data", "up"] } }')
  writeFileSync(
    join(folder, 'index.js'),
    `const fs = require('node:fs')
const attempt = work => { try { work(); return 'done' } catch (error) { return error.code } }
console.log(process.getuid(), attempt(() => fs.writeFileSync('own', 'x')), attempt(() => fs.appendFileSync('data/seed.txt', 'x')), attempt(() => fs.writeFileSync('up/y', 'x')))
setInterval(() => {}, 1000)`,
  )
  await host.ok('push', 'local', 'app', folder)
  await host.begin('app', { config: { user, readyAfter: 50 } })
  await until(async () => (await host.lines('app')).length > 0, 'it has tried')
  assert.equal(await host.lines('app'), [`${uid} EACCES done done`])
  assert.equal([ownerOf('pods/app/storage/data/seed.txt'), ownerOf('pods/app/storage/up')], [uid, uid])
  await host.stop('app')
})

asRoot('what is begun with the rights of root to begin it obeys none of its variables', async () => {
  const bait = join(host.dir, 'bait')
  const caught = join(host.dir, 'caught')
  mkdirSync(bait)
  for (const name of ['setpriv', 'bwrap', 'env', 'nice', 'sh'])
    writeFileSync(join(bait, name), `#!/bin/sh\n/usr/bin/id -u >> ${caught}\n`, { mode: 0o755 })
  await host.push('attacker', 'baited')
  const env = { PATH: `${bait}:${process.env.PATH}`, LD_PRELOAD: '/no/such/library.so' }
  await host.begin('baited', { config: { user, env, limits: { nice: 1 } } })
  assert.equal(await host.call('baited', 'variables', ['PATH', 'LD_PRELOAD']), env)
  await host.stop('baited')
  if (isOnPath('bwrap')) {
    await host.begin('baited', { config: { user, env, isolate: 'sandbox' } })
    assert.equal(((await host.call('baited', 'who')) as { ids: unknown[] }).ids[0], uid)
    assert.is(await host.call('baited', 'attempt', 'list', join(host.data, 'pods')), 'done')
    assert.equal(await host.call('baited', 'attempt', 'read', join(host.data, 'pods/victim/storage/secret')), 'ENOENT')
    assert.is(await host.call('baited', 'ask', 'victim', 'answer'), 'an answer')
    await host.stop('baited')
  }
  assert.is(existsSync(caught), false)
})

asRoot('a user who is not there is refused by name', async () => {
  await host.push('attacker', 'refused')
  const refused = await host.refused('start', 'local', 'refused', '--user', 'no-such-user')
  assert.equal([refused.code, /user "no-such-user": there is no such user/.test(refused.message)], ['bad_config', true])
  assert.match(refused.hint, 'useradd --system no-such-user')
  assert.is((await host.status('refused')).status, 'idle')
  const words = await host.refused('start', 'local', 'refused', '--user', 'a b')
  assert.match(words.message, 'is not the name or the number of a user')
})

test('the user of the host is accepted, by name or number, whoever that is', async () => {
  if (process.getuid?.() !== 0) await host.up()
  await host.push('attacker', 'own')
  await host.ok('start', 'local', 'own', '--user', String(process.getuid?.()))
  assert.equal(((await host.call('own', 'who')) as { ids: unknown[] }).ids[0], process.getuid?.())
  await host.stop('own')
})

needs(test, 'another user than root')('a host that is not root begins nobody else', async () => {
  const refused = await host.refused('start', 'local', 'own', '--user', 'root')
  assert.equal([refused.code, /only a host of root/.test(refused.message)], ['unsupported', true])
})

test.run()
