// The headers of what a pod answers: what the client gets of them.
import { connectionNames, joined } from './request-headers.ts'

const dropped = new Set(['connection', 'keep-alive', 'proxy-connection', 'trailer', 'transfer-encoding', 'upgrade'])

/** Whether an answer can end with it. */
export const isStatus = (status: number | undefined) => status !== undefined && status >= 200 && status <= 999

/** @param raw names and values in turn */
export function answerHeaders(raw: readonly string[]): string[] {
  let connection: string | undefined
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() === 'connection') connection = joined(connection, raw[at + 1] ?? '')
  }
  const named = connectionNames(connection)
  const headers: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const header = raw[at] ?? ''
    const name = header.toLowerCase()
    if (!dropped.has(name) && !named?.has(name)) headers.push(header, raw[at + 1] ?? '')
  }
  return headers
}
