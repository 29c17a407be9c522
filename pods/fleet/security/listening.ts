// Where a server of the engine may listen on this machine.
import { createServer } from 'node:net'
import { fleetError, plainError } from '../host/errors.ts'
import { hostOf } from './servers.ts'

/** So far above the port for hosts is that for other servers, as is usual with NATS: 6222 where it is 4222. */
const routeAbove = 2000
/** How many ports are tried from there on. */
const mostTries = 20
const mostPort = 65_535

const free = { EADDRINUSE: 'something listens there already', EADDRNOTAVAIL: 'this machine has no such address' }

/** @throws {Error} if this machine cannot listen there */
export async function checkFree(address: string): Promise<void> {
  const why = await listened(hostOf(address), portOf(address)).then(
    () => undefined,
    error => free[(error as { code: keyof typeof free }).code] ?? (error as Error).message,
  )
  if (why === undefined) return
  throw fleetError(
    'bad_params',
    `Cannot start the engine at ${address}: ${why}`,
    'Give an address of this machine, and a port that is free: --engine HOST:PORT',
  )
}

/** @param taken addresses that are not to be used. @returns where other servers are to reach one that hosts reach at an address */
export async function freeRoute(address: string, taken: readonly string[]): Promise<string> {
  const host = hostOf(address)
  for (let port = portOf(address) + routeAbove; port < portOf(address) + routeAbove + mostTries; port++) {
    const route = at(host, port)
    if (port > mostPort || taken.includes(route)) continue
    if (
      await listened(host, port).then(
        () => true,
        () => false,
      )
    )
      return route
  }
  return await freeAt(host, taken)
}

/** What only this machine reaches. */
const loopback = '127.0.0.1'

/**
 * Where a spare server of this host is to listen. It is for other servers alone.
 * @param here the servers that this host has: one of them says where it is reached
 */
export async function newSpare(
  here: readonly { address: string; route: string; advertised: string }[],
  taken = here.flatMap(({ address, route }) => [address, route]),
): Promise<{ address: string; route: string }> {
  const first = here.find(({ advertised }) => advertised === '')
  if (!first)
    throw plainError('This host has no server that could stand in for the one that is gone', {
      text: 'Give it one',
      do: { verb: 'fleet add-server', args: ['HOST:PORT'] },
    })
  return { address: await freeAt(loopback, taken), route: await freeRoute(first.address, taken) }
}

/** An address with a port that is free. */
async function freeAt(host: string, taken: readonly string[] = []): Promise<string> {
  for (;;) {
    const address = at(host, await listened(host, 0))
    if (!taken.includes(address)) return address
  }
}

const at = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

const portOf = (address: string): number => Number(new URL(`tls://${address}`).port)

/** @returns the port */
async function listened(host: string, port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error(`There is no free port at ${host}`)
  return address.port
}
