// A port that nothing listens on, for a program that must be given one.
import { type AddressInfo, createServer } from 'node:net'

/** Finds a free port on 127.0.0.1. Somebody else may take it at once: port 0 is better wherever it will do. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
