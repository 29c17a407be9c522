// The process beside a keeper, with real sockets. Not here: that it takes the place of a keeper that is killed (e2e/wake-wait.test.ts).
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type GuardNote, guardNote } from '../../../protocol/keeper.ts'
import { Guard } from '../../../shim/keeper/guard.ts'
import { Sockets } from '../../../shim/keeper/sockets.ts'
import { freePort } from '../../free-port.ts'
import { isAlive } from '../../processes.ts'
import { isRefused } from '../../refused.ts'
import { scratch } from '../../scratch.ts'

test('uncover() resolves once nobody has the sockets, and those of others are covered all the time', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const port = await freePort()
  const other = await freePort()
  const portsOf = (port: number) => [{ name: 'main', host: '127.0.0.1', port }]
  await sockets.hold({ key: 'web', ports: portsOf(port) })
  await sockets.hold({ key: 'other', ports: portsOf(other) })
  const note = () => JSON.parse(readFileSync(join(at.dir, guardNote), 'utf8')) as GuardNote
  try {
    await Promise.all([guard.cover('web'), guard.cover('other')])
    const first = note()
    assert.is(first.keeper.pid, process.pid)
    assert.ok(isAlive(first.guard.pid))
    sockets.release('web')
    assert.is(await isRefused(port), false, 'it has the socket')
    await guard.uncover('web')
    assert.is(await isRefused(port), true)
    assert.not(isAlive(first.guard.pid))
    assert.is.not(note().guard.pid, first.guard.pid)
    assert.ok(isAlive(note().guard.pid))
    sockets.release('other')
    assert.is(await isRefused(other), false, 'the next one has the socket')
    await guard.uncover('other')
    assert.is(existsSync(join(at.dir, guardNote)), false)
    assert.is(await isRefused(other), true)
    await guard.uncover('other')
  } finally {
    sockets.releaseAll()
    await guard.end().exited
  }
})

test('cover() resolves once the sockets outlive those who held them, and where there are none', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const ports = [await freePort(), await freePort()]
  try {
    for (const [at, port] of ports.entries()) {
      const key = `web${at}`
      await sockets.hold({ key, ports: [{ name: 'main', host: '127.0.0.1', port }] })
      await guard.cover(key)
    }
    await guard.cover('web0')
    await guard.cover('nobody')
    sockets.releaseAll()
    for (const port of ports) assert.is(await isRefused(port), false)
  } finally {
    await guard.end().exited
  }
  for (const port of ports) assert.is(await isRefused(port), true)
})

test('uncover() waits for a process whose place another took a moment ago, and which still closes its sockets', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const many = Array.from({ length: 200 }, (_, nth) => ({ name: `p${nth}`, path: join(at.dir, `${nth}`) }))
  await sockets.hold({ key: 'many', ports: many })
  await guard.cover('many')
  const first = (JSON.parse(readFileSync(join(at.dir, guardNote), 'utf8')) as GuardNote).guard.pid
  sockets.release('many')
  await sockets.hold({ key: 'other', ports: [{ name: 'main', path: join(at.dir, 'other') }] })
  try {
    await guard.cover('other')
    await guard.uncover('many')
    assert.not(isAlive(first))
  } finally {
    sockets.releaseAll()
    await guard.end().exited
  }
})

test('cover() waits for the sockets as they are now, also while those before are being let go', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const [before, now] = [await freePort(), await freePort()]
  const order = (port: number) => ({ key: 'web', ports: [{ name: 'main', host: '127.0.0.1', port }] })
  try {
    await sockets.hold(order(before))
    await guard.cover('web')
    await sockets.hold(order(now))
    await Promise.all([guard.uncover('web'), guard.uncover('web'), guard.cover('web')])
    sockets.releaseAll()
    assert.is(await isRefused(before), true)
    assert.is(await isRefused(now), false)
  } finally {
    await guard.end().exited
  }
})

test('cover() of one pod waits on while another one is uncovered', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const ports = { web: await freePort(), other: await freePort() }
  for (const [key, port] of Object.entries(ports))
    await sockets.hold({ key, ports: [{ name: 'main', host: '127.0.0.1', port }] })
  try {
    await guard.cover('web')
    const covered = guard.cover('other')
    sockets.release('web')
    const uncovered = guard.uncover('web')
    await covered
    sockets.releaseAll()
    assert.is(await isRefused(ports.other), false, 'it has the socket')
    await uncovered
    assert.is(await isRefused(ports.web), true)
  } finally {
    sockets.releaseAll()
    await guard.end().exited
  }
})

test('cover() waits for nobody where the guard is ended meanwhile, or cannot be begun', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const port = await freePort()
  await sockets.hold({ key: 'web', ports: [{ name: 'main', host: '127.0.0.1', port }] })
  const ended = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const covered = ended.cover('web')
  await ended.end().exited
  await covered
  const { write } = process.stderr
  const said: string[] = []
  process.stderr.write = text => said.push(String(text)) > 0
  try {
    await new Guard(sockets, { command: ['/bin/false'], env: {}, dir: '/dev/null/none' }).cover('web')
  } finally {
    process.stderr.write = write
    sockets.releaseAll()
  }
  assert.match(said.join(''), /held by one process alone: .*ENOTDIR/)
})

test('one whose place another took ends also where the note of that cannot be left', async () => {
  using at = scratch()
  const sockets = new Sockets()
  const guard = new Guard(sockets, { command: ['/bin/false'], env: {}, dir: at.dir })
  const note = join(at.dir, guardNote)
  for (const key of ['web', 'other']) await sockets.hold({ key, ports: [{ name: 'main', path: join(at.dir, key) }] })
  await guard.cover('web')
  const first = (JSON.parse(readFileSync(note, 'utf8')) as GuardNote).guard.pid
  rmSync(note)
  mkdirSync(note)
  const { write } = process.stderr
  process.stderr.write = () => true
  try {
    await guard.cover('other')
  } finally {
    process.stderr.write = write
    sockets.releaseAll()
    rmdirSync(note)
    await guard.end().exited
  }
  assert.not(isAlive(first))
})

test.run()
