// Who belongs to a process, with real ones.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { descendantsOf, lifelineOf, listens, membersOf } from '../../../daemon/system/kin.ts'
import { lifelineFd } from '../../../protocol/lifeline.ts'
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

test.run()
