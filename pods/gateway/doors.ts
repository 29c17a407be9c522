// Where clients come in: a server of HTTP with bounds for each part of a request.
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Duplex } from 'node:stream'
import { refuseGarbage } from './garbage.ts'
import type { Gateway } from './gateway.ts'
import { hasEnded } from './lingering.ts'
import type { Settings } from './settings.ts'
import type { Answering } from './sides.ts'
import { mayUpgrade } from './upgrade.ts'

/** How many header lines a request may have. */
export const maxHeaders = 200

export function httpDoor(gateway: Gateway, settings: Settings): Server {
  const server = createServer(boundsOf(settings))
  server.on('connection', socket => gateway.connected(socket))
  serveAt(server, gateway)
  return server
}

export function boundsOf(settings: Settings): ServerOptions {
  return {
    headersTimeout: settings.headersTimeoutMs,
    // A body may take for as long as it comes; body.ts counts its silence.
    requestTimeout: 0,
    keepAliveTimeout: settings.keepAliveMs,
    maxHeaderSize: settings.maxHeaderBytes,
    connectionsCheckingInterval: Math.min(settings.headersTimeoutMs, 1000),
  }
}

/** Lets the gateway answer all that comes in. */
export function serveAt(server: Server | Http2SecureServer, gateway: Gateway): void {
  // Both kinds of server read it, whatever the types of one say.
  Object.assign(server, { maxHeadersCount: maxHeaders, shouldUpgradeCallback: mayUpgrade })
  const serve = (request: IncomingMessage, response: Answering) => {
    if (!hasEnded(request)) gateway.serve(request, response)
  }
  server.on('request', serve)
  // Whether the body is wanted is for the pod to say.
  server.on('checkContinue', serve)
  server.on('checkExpectation', serve)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, first: Buffer) => {
    if (!hasEnded(request)) void gateway.join(request, socket, first)
  })
  refuseGarbage(server, (socket, refusal) => gateway.refuse(socket, refusal))
}
