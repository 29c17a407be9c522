// Who belongs to a process, with real ones.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import net from 'node:net'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { descendantsOf, lifelineOf, listens, membersOf } from '../../../daemon/system/kin.ts'
import { lifelineFd } from '../../../protocol/lifeline.ts'
import { needs } from '../../needs.ts'
import { until } from '../../until.ts'

test('descendantsOf() finds what a process has started, in groups of their own too, and skips what it is told to', async () => {
  const child = spawn('sh', ['-c', 'setsid sleep 60 & sleep 61 & sh -c "sleep 62; : not-this"'], { detached: true })
  const pid = child.pid as number
  try {
    const found = await until(async () => {
      const all = await descendantsOf(pid)
      return all.length >= 4 && all
    }, 'all have begun')
    assert.is((await descendantsOf(pid, 'not-this')).length, found.length - 2)
    const members = await membersOf(pid)
    assert.ok(members.includes(pid) && members.length < found.length + 1, 'one has a group of its own')
  } finally {
    for (const each of [...(await descendantsOf(pid)), pid]) process.kill(each, 'SIGKILL')
    await once(child, 'exit')
  }
  // Those that lose their parent stay in its group until the system has taken them away.
  await until(async () => (await membersOf(pid)).length === 0, 'all are gone')
})

test('listens() sees a port of the process, and of none else', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  assert.ok(await listens(process.pid, port))
  assert.ok(await listens(process.pid))
  assert.not(await listens(process.pid, port === 1 ? 2 : 1))
  assert.not(await listens(2 ** 22 + 1, port))
  server.close()
})

test('lifelineOf() takes nothing for a lifeline that a program has opened in its place, as others may have too', async () => {
  const file = openSync('/dev/null', 'r')
  const stdio = Array.from({ length: lifelineFd + 1 }, (_, fd) => (fd === lifelineFd ? file : ('ignore' as const)))
  const child = spawn('sleep', ['60'], { stdio })
  try {
    assert.is(await lifelineOf(child.pid as number), undefined)
  } finally {
    closeSync(file)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

/** Looks as a process that has no descriptor left. */
const lookWithout = `
import { openSync } from 'node:fs'
import * as kin from ${JSON.stringify(new URL('../../../daemon/system/kin.ts', import.meta.url).href)}
const looks = [
  () => kin.descendantsOf(process.ppid),
  () => kin.listens(process.ppid),
  () => kin.hasOneOf(process.ppid, new Set()),
  () => kin.nameOf(process.ppid),
]
// What is loaded with the first look is there then.
for (const look of looks) await look()
try {
  for (;;) openSync('/dev/null')
} catch {}
const codes = []
for (const look of looks) codes.push(await look().then(() => 'none', error => error.code))
console.log(codes.join())
`

needs(test, 'linux')('without a descriptor nothing is taken for absent', async () => {
  const shell = 'ulimit -n 64; exec "$0" --input-type=module -e "$1"'
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', shell, process.execPath, lookWithout])
  assert.is(stdout.trim(), 'EMFILE,EMFILE,EMFILE,EMFILE')
})

test.run()
