// Whether a run may share a port, with real sockets. That several runs do is e2e/ports.
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isShareable } from '../../../shim/port/own-ports.ts'
import { needs } from '../../needs.ts'
import { type Scratch, scratch } from '../../scratch.ts'

async function listening(): Promise<{ port: number; server: net.Server }> {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1', reusePort: true })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it has an address')
  return { port: address.port, server }
}

/** A run in slot 0, beside one that is this process. */
function beside(at: Scratch, record: Record<string, unknown>): { exitFile: string; slot: number } {
  at.file('runs/1.json', JSON.stringify({ slot: 1, state: 'up', pid: process.pid, ...record }))
  return { exitFile: at.path('runs/2.exit'), slot: 0 }
}

needs(test, 'linux')('isShareable() is true of a port that is free, or that runs in other slots have', async () => {
  using at = scratch()
  const { port, server } = await listening()
  assert.is(isShareable(port, beside(at, {})), true)
  for (const other of [{ slot: 0 }, { state: 'ended' }, { pid: process.ppid }])
    assert.is(isShareable(port, beside(at, other)), false, JSON.stringify(other))
  server.close()
  await once(server, 'close')
  assert.is(isShareable(port, { exitFile: at.path('gone/2.exit'), slot: 0 }), true)
})

needs(test, 'linux')('isShareable() leaves a port to the system where it cannot know who has it', async () => {
  using at = scratch()
  const { port, server } = await listening()
  assert.is(isShareable(port, { exitFile: at.path('gone/2.exit'), slot: 0 }), false)
  at.file('runs/1.json', 'half a rec')
  assert.is(isShareable(port, { exitFile: at.path('runs/2.exit'), slot: 0 }), false)
  server.close()
})

test.run()
