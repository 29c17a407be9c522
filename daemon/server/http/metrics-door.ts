// The metrics over HTTP: for whoever has a token, and for the addresses that the settings name.
import type http from 'node:http'
import { promisify } from 'node:util'
import type { Settings } from '../../../protocol/settings.ts'
import type { Exposition } from '../../verbs/metrics.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import type { Guest } from '../guest.ts'
import { acceptedBy } from './encodings.ts'
import { meantMethod, WrongMethod } from './methods.ts'

export type Metrics = (path: string) => Promise<Exposition>

/** @throws {P8aError} `unauthorized` for one who may not; `bad_request` for another method than GET */
export async function sendMetrics(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { client, settings, metrics }: { client: Guest; settings: Pick<Settings, 'metricsFrom'>; metrics: Metrics },
): Promise<void> {
  const path = client.identity ? client.identity.path : isFrom(client.address, settings) ? '' : undefined
  if (path === undefined) throw unauthorized(noToken)
  const { method = '' } = request
  if (meantMethod(method) !== 'GET') throw new WrongMethod(method, { path: '/metrics', allowed: ['GET', 'HEAD'] })
  const { type, text } = await metrics(path)
  // Without a token it has had its one request.
  if (!client.identity) response.setHeader('connection', 'close')
  response.setHeader('content-type', type)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('vary', 'accept-encoding')
  const isPacked = acceptedBy(request).has('gzip')
  const bytes = isPacked ? await packed(text) : Buffer.from(text)
  if (isPacked) response.setHeader('content-encoding', 'gzip')
  response.setHeader('content-length', bytes.length)
  response.end(bytes)
}

/** Most lines are like the one before: what takes least time makes a fifteenth of them, on another thread than the host's. */
async function packed(text: string): Promise<Buffer> {
  const { gzip, constants } = await import('node:zlib')
  return await promisify(gzip)(text, { level: constants.Z_BEST_SPEED })
}

/** An address of IPv4 may come as one of IPv6. */
function isFrom(address: string, { metricsFrom }: Pick<Settings, 'metricsFrom'>): boolean {
  return metricsFrom.includes(address) || metricsFrom.includes(address.replace(/^::ffff:/, ''))
}
