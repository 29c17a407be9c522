// What a webhook sends, and how it is signed: as https://www.standardwebhooks.com says, so that libraries check it. Pure.
import { createHmac } from 'node:crypto'
import type { HostEvent } from '../../protocol/events.ts'

/** @param secret a text; behind `whsec_` it is base64, as those libraries make it */
export function signed(
  event: HostEvent,
  { host, secret, nowMs }: { host: string; secret: string; nowMs: number },
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({ host, ...event })
  const id = `${host}-${event.number}`
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  }
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
}
