// A Unix socket that stays where it is. Not here: who may come in by it (e2e/doors.test.ts).
import { existsSync, rmSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { Listeners } from '../../../daemon/system/listeners.ts'
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
  const close = await openUnixDoor(server, { name: 'client', path, listeners: new Listeners(), log })
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

test.run()
