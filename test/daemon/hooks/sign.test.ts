import { createHmac } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { signed } from '../../../daemon/hooks/sign.ts'
import type { HostEvent } from '../../../protocol/events.ts'

const event: HostEvent = { number: 7, at: '2026-11-20T10:00:00.000Z', type: 'stopped', path: '', pod: 'web' }
const nowMs = 1_795_000_000_900

function isSigned(headers: Record<string, string>, body: string, key: string | Buffer): boolean {
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}

test('signed() names the event, the second, and proves both with the secret', () => {
  const { body, headers } = signed(event, { host: 'h1', secret: 'not known to others', nowMs })
  assert.equal(JSON.parse(body), { host: 'h1', ...event })
  assert.is(headers['webhook-id'], 'h1-7')
  assert.is(headers['webhook-timestamp'], '1795000000')
  assert.ok(isSigned(headers, body, 'not known to others'))
  assert.not(isSigned(headers, `${body} `, 'not known to others'))
})

test('signed() reads a secret behind whsec_ as base64, as the libraries for it do', () => {
  const key = Buffer.from('some bytes of a key')
  const { body, headers } = signed(event, { host: 'h1', secret: `whsec_${key.toString('base64')}`, nowMs })
  assert.ok(isSigned(headers, body, key))
})

test.run()
