// A Unix socket that stays where it is. Not here: who may come in by it (e2e/doors.test.ts).

import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { isListenedAt } from '../../../daemon/system/listener.ts'
import { type ListenerName, Listeners } from '../../../daemon/system/listeners.ts'
import { openUnixDoor } from '../../../daemon/system/unix-door.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const log = { info() {}, warn() {}, error() {} } as unknown as HostLog

/** A server that cannot listen as often as it is told. */
class FullServer extends net.Server {
  failures = 0

  override listen(...args: unknown[]): this {
    if (this.failures === 0) return super.listen(...(args as []))
    this.failures--
    queueMicrotask(() => this.emit('error', Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })))
    return this
  }
}

test('a socket that is removed is made again, also where the disk is too full for it at first', async () => {
  using at = scratch()
  const path = at.path('host.sock')
  const server = new FullServer()
  const close = await openUnixDoor(server, { name: 'client', path, listeners: new Listeners(), log, lookMs: 20 })
  try {
    for (const failures of [0, 1]) {
      server.failures = failures
      rmSync(path)
      await until(() => existsSync(path) && server.listening, 'it is there again')
      assert.is(server.failures, 0)
    }
  } finally {
    await close()
  }
})

test('a socket in whose place somebody puts something else is made again, once it can be; what stands against it is said once', async () => {
  using at = scratch()
  const path = at.path('host.sock')
  const said: string[] = []
  const telling = { ...log, error: (_tag: string, message: string) => said.push(message) } as unknown as HostLog
  const server = net.createServer()
  const close = await openUnixDoor(server, {
    name: 'client',
    path,
    listeners: new Listeners(),
    log: telling,
    lookMs: 20,
  })
  try {
    rmSync(path)
    writeFileSync(path, '')
    await until(() => isListenedAt(path), 'it is in the place of the file')
    assert.equal(said, [])
    rmSync(path)
    mkdirSync(path)
    await until(() => said.length > 0, 'a folder is in its way')
    for (const _ of [1, 2]) await once(server, 'listening')
    assert.is(said.length, 1)
    rmdirSync(path)
    await until(() => isListenedAt(path), 'it is there again')
  } finally {
    await close()
  }
})

/** Those of a host that was given a socket which the host before has made anew since. */
class OldListeners extends Listeners {
  #elsewhere: string | undefined

  constructor(elsewhere: string) {
    super()
    this.#elsewhere = elsewhere
  }

  override async open(name: ListenerName, server: net.Server, options: net.ListenOptions): Promise<boolean> {
    const path = this.#elsewhere
    this.#elsewhere = undefined
    await super.open(name, server, path === undefined ? options : { path })
    return path !== undefined
  }
}

test('a socket that was given, and of which another is in the place, where nobody listens any more, is made again', async () => {
  using at = scratch()
  const path = at.path('link.sock')
  const before = net.createServer().listen(at.path('before'))
  await once(before, 'listening')
  renameSync(at.path('before'), path)
  before.close()
  await once(before, 'close')
  assert.equal([existsSync(path), await isListenedAt(path)], [true, false])
  const listeners = new OldListeners(at.path('given'))
  const close = await openUnixDoor(net.createServer(), { name: 'link', path, listeners, log })
  await until(() => isListenedAt(path), 'it is its own')
  await close()
})

test.run()
