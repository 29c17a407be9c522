// A line of the access log: JSON, or the combined log format, which the programs that read the logs of web servers know.
import type { Told } from './exchange.ts'

export function accessLine(told: Told, { format, now }: { format: 'json' | 'common'; now: Date }): string {
  return format === 'json' ? JSON.stringify(told) : combined(told, now)
}

/** The id stands where a name by RFC 1413 would, which nobody asks for any more: a field more would be too many for some programs. */
function combined(told: Told, now: Date): string {
  const { id, client, method, path, http, status, bytes, referer = '-', agent = '-' } = told
  const request = quoted(`${method} ${path} HTTP/${http}`)
  return `${client} ${id} - [${clf(now)}] ${request} ${status} ${bytes || '-'} ${quoted(referer)} ${quoted(agent)}`
}

/** As Apache writes it: what could end the field, or the line, is escaped. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, at => `\\x${hex(at)}`)
  return `"${escaped}"`
}

const hex = (character: string) => (character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')

/** `29/Nov/2026:00:38:06 +0000`. */
function clf(date: Date): string {
  const [, , month = '', year = ''] = date.toUTCString().split(' ')
  const day = date.toISOString().slice(8, 10)
  return `${day}/${month}/${year}:${date.toISOString().slice(11, 19)} +0000`
}
