// The HTTP view of scripts: requests that are nearly right, and what must hold for the answers.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { asJson, cuts, nearly, oddNumber, oddText } from '../garbage.ts'

const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('job', 'job.1', 'job.2', 'kept.1', 'nobody', '%zz', '%00', '..') },
  { weight: 1, arbitrary: oddText.map(text => encodeURIComponent(text.toWellFormed())) },
)

const target = fc.oneof(
  fc.constantFrom('/commands', '/processes', '/openapi.json', '/processes/', '/commands/job/more'),
  id.map(id => `/commands/${id}`),
  id.map(id => `/processes/${id}`),
  id.map(id => `/processes/${id}/stop`),
  fc
    .tuple(id, fc.constantFrom('', '?offset=0', '?offset=1', '?offset=9e9', '?offset=-1', '?follow=false'))
    .map(([id, query]) => `/processes/${id}/output${query}`),
  fc
    .constantFrom('status=queued', 'status=fine', 'limit=2', 'limit=0', 'offset=1', 'command_id=job', 'x=%zz')
    .map(query => `/processes?${query}`),
)

/** Scripts that do nothing, since a host runs them. */
const body = asJson(
  fc.oneof(
    nearly({
      name: fc.constantFrom('job', 'other', 'kept', 'Not A Name'),
      script: fc.constantFrom('exit 0', '', ' ', '#!/nowhere/at-all', 'AA=='),
      encoding: fc.constantFrom('utf8', 'base64'),
    }),
    nearly({
      command_id: fc.constantFrom('job', 'kept', 'nobody'),
      args: fc.array(oddText, { maxLength: 2 }),
      params: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
      env: fc.dictionary(fc.constantFrom('A', 'B', 'a b'), oddText, { maxKeys: 2 }),
      cwd: fc.oneof(fc.constantFrom('.', '/'), oddText),
      stdin: oddText,
      timeout: fc.oneof(fc.constantFrom('10s', '5ms', 'soon'), oddNumber),
    }),
  ),
)

export type Viewed = {
  method: string
  target: string
  body: string
  type: string
  isAuthorized: boolean
  cuts: number[]
}

export const viewed: fc.Arbitrary<Viewed> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'POST', 'DELETE', 'PUT', 'HEAD'),
  target,
  body,
  type: fc.constantFrom('application/json', 'application/json', 'application/json; charset=utf-8', 'text/plain', ''),
  isAuthorized: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  cuts,
})

/** The request as it goes over the wire. */
export function viewText({ method, target, body, type }: Viewed, token: string | undefined): string {
  const auth = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
  const head = `host: localhost\r\n${auth}content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${target} HTTP/1.1\r\n${head}connection: close\r\n\r\n${body}`
}

/** No request is an error of the host's own, and a stranger's gets nothing but 401. */
export function checkView(answer: string, isAuthorized: boolean): void {
  // Such as with a body that is cut off by a close.
  if (answer === '') return
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
  assert.ok(status >= 200 && status !== 500, answer.slice(0, 500))
  if (!isAuthorized) assert.ok(status === 401 || status === 400, answer.slice(0, 500))
}
