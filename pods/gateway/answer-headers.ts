// The headers of what a pod answers: what the client gets of them.
import { connectionNames } from './request-headers.ts'

const dropped = new Set(['connection', 'keep-alive', 'proxy-connection', 'trailer', 'transfer-encoding', 'upgrade'])

/** Whether an answer can end with it. */
export const isStatus = (status: number | undefined) => status !== undefined && status >= 200 && status <= 999

/** @param raw names and values in turn */
export function answerHeaders(raw: readonly string[]): string[] {
  const connection = raw.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === 'connection')
  const named = connectionNames(connection === -1 ? undefined : raw[connection + 1])
  const headers: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const header = raw[at] ?? ''
    const name = header.toLowerCase()
    if (!dropped.has(name) && !named?.has(name)) headers.push(header, raw[at + 1] ?? '')
  }
  return headers
}

/** The same of headers by their names in lower case. @returns names and values in turn */
export function answerHeadersByName(all: Readonly<Record<string, string | readonly string[] | undefined>>): string[] {
  const { connection } = all
  const named = connectionNames(
    connection === undefined || typeof connection === 'string' ? connection : connection.join(),
  )
  const headers: string[] = []
  for (const name of Object.keys(all)) {
    const value = all[name]
    if (value === undefined || dropped.has(name) || named?.has(name)) continue
    if (typeof value === 'string') headers.push(name, value)
    else for (const each of value) headers.push(name, each)
  }
  return headers
}
