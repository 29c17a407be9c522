// Which encodings of a body a client takes.
import type http from 'node:http'

export function acceptedBy({ headers }: Pick<http.IncomingMessage, 'headers'>): ReadonlySet<string> {
  const accepted = String(headers['accept-encoding'] ?? '').split(',')
  const wanted = accepted.filter(one => !/;\s*q=0(\.0*)?\s*$/.test(one))
  return new Set(wanted.map(one => one.split(';', 1)[0]?.trim().toLowerCase() ?? ''))
}
