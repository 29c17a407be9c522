// Where the gateway listens: at the port named `https` with TLS, at the other one without.
import type { AddressInfo, Server } from 'node:net'
import type { Settings } from './settings.ts'

/** Ports as the host gives them: a number, or the path of a socket. */
export type Places = { http?: string; https?: string }

/** @throws {Error} if there are certificates and no port for them, or the other way round */
export function placesOf(env: NodeJS.ProcessEnv, { certs, acme }: Pick<Settings, 'certs' | 'acme'>): Places {
  const { PORT, PORT_HTTP, PORT_HTTPS: https } = env
  const http = PORT_HTTP ?? (PORT === https ? undefined : PORT)
  const hasCertificates = certs !== undefined || acme !== undefined
  if (https !== undefined && !hasCertificates) {
    throw new Error('The port https needs certificates: --certs DIR, or --acme EMAIL')
  }
  if (https === undefined && hasCertificates) {
    throw new Error('Certificates need a port for them: --listen http=80 --listen https=443')
  }
  if (http === undefined && https === undefined) return { http: '8080' }
  return { ...(http !== undefined && { http }), ...(https !== undefined && { https }) }
}

/** For people. */
export function placesText(servers: readonly Server[]): string {
  return `at ${servers.map(server => addressText(server.address())).join(' and ')}`
}

function addressText(address: AddressInfo | string | null): string {
  return typeof address === 'object' && address ? `port ${address.port}` : String(address)
}
