// A port that nothing listens on, for a program that must be given one. None of those that the system itself gives, to whoever
// listens at port 0 or connects: one of these may be somebody else's before it is used, or used again.
import { createServer } from 'node:net'

/** Below those that Linux gives by itself, and above those of known services. */
const [first, last] = [12_000, 32_000]
/** Processes that run at the same time begin far from each other. */
let next = first + ((process.pid * 61) % (last - first))

/** Finds a free port on 127.0.0.1. Port 0 is better wherever it will do. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = next === last ? first : next + 1
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  // At all addresses: a program may be told the port alone.
  server.listen(port, () => server.close(() => resolve(true)))
  return await promise
}
