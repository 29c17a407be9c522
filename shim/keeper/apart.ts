// What is done with sockets behind the back of the event loop, which would accept connections from then on: by a call of the system, or in
// a process that has the sockets, and ends before its loop turns.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import { listenQuietly } from './system-calls.ts'

/** Node's own number of connections that may wait. */
const backlog = 511

/** How many sockets one process gets: each may have only so many descriptors. */
const atOnce = 200

const listens = `
  const { _createServerHandle } = require('net')
  for (let at = 0; at < Number(process.argv[1]); at++) {
    const number = _createServerHandle(null, null, null, 3 + at).listen(${backlog})
    if (number < 0) process.exit(-number)
  }
  process.exit(0)`

/** A client that has sent something hears of it by a reset, any other by the end of its connection. */
const turnsAway = `
  const { _createServerHandle } = require('net')
  let last = 0
  let count = 0
  for (let at = 0; at < Number(process.argv[1]); at++) {
    const handle = _createServerHandle(null, null, null, 3 + at)
    handle.onconnection = (error, client) => {
      count++
      client?.close()
    }
    handle.listen(${backlog})
  }
  setInterval(() => {
    if (count === last) process.exit(0)
    last = count
  }, 20)`

/** Lets the kernel take connections into the queues of sockets. @throws {P8aError} `start_failed` */
export async function listenAt(fds: readonly number[]): Promise<void> {
  if (!fds.every(fd => listenQuietly(fd, backlog))) await runWith(fds, listens)
}

/** Closes the connections that wait in the queues of sockets. @throws {P8aError} `start_failed` */
export async function turnAwayAt(fds: readonly number[]): Promise<void> {
  await runWith(fds, turnsAway)
}

/**
 * Programs in other languages expect a socket that waits in `accept`; Node made it one that does not, but for the stdin of a
 * child.
 */
export async function blockAt(fds: readonly number[]): Promise<void> {
  for (const fd of fds) await once(spawn('/bin/sh', ['-c', ':'], { stdio: [fd, 'ignore', 'ignore'] }), 'exit')
}

async function runWith(fds: readonly number[], code: string): Promise<void> {
  for (let from = 0; from < fds.length; from += atOnce) {
    const some = fds.slice(from, from + atOnce)
    const child = spawn(process.execPath, ['-e', code, String(some.length)], {
      stdio: ['ignore', 'ignore', 'ignore', ...some],
    })
    const [exit] = (await once(child, 'exit')) as [number | null]
    if (exit !== 0) throw new P8aError('start_failed', `A socket could not be listened at (${exit})`)
  }
}
