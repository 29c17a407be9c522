// How a process comes to its sockets: it was born with them, or it was a spare, and gets them over the channel to the process
// that began it. After that nothing is left of the channel: a program takes it for one of its own.
import type { Port } from '../../protocol/listen.ts'
import { fromDescriptor, type Handle } from './handle.ts'

/** The first descriptor after those that each process has. */
const firstFd = 3

/** The sockets of a run by the names of its ports. @throws an error of the system */
export async function inheritedSockets(ports: readonly Port[]): Promise<Map<string, Handle>> {
  if (process.connected) return await receive(ports.length)
  return new Map(ports.map(({ name }, index) => [name, fromDescriptor(firstFd + index)]))
}

async function receive(count: number): Promise<Map<string, Handle>> {
  const sockets = new Map<string, Handle>()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onMessage = (message: { name: string }, handle: unknown) => {
    sockets.set(message.name, handle as Handle)
    if (sockets.size === count) resolve()
  }
  const onGone = () => reject(new Error('Whoever holds its sockets is gone'))
  process.on('message', onMessage as NodeJS.MessageListener)
  process.once('disconnect', onGone)
  await promise.finally(() => {
    process.off('message', onMessage as NodeJS.MessageListener)
    process.off('disconnect', onGone)
  })
  forgetChannel()
  return sockets
}

function forgetChannel(): void {
  process.disconnect?.()
  for (const name of ['send', 'disconnect', 'channel', 'connected', '_channel']) {
    delete (process as unknown as Record<string, unknown>)[name]
  }
}
