// What a browser says of the page that asks. Not here: that every door looks at it (http.test.ts, e2e/page.test.ts).
import type http from 'node:http'
import { hostname } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nameOf, refuseOtherName, refuseStranger } from '../../../../daemon/server/http/stranger.ts'
import { P8aError } from '../../../../protocol/errors.ts'

type Asked = { headers: Record<string, string>; encrypted?: true; socket?: false }

function refusal(asked: Asked, webNames: string[] = [], check = refuseStranger): string | undefined {
  const remoteAddress = asked.socket === false ? undefined : '127.0.0.1'
  const request = { headers: asked.headers, socket: { remoteAddress, encrypted: asked.encrypted } }
  try {
    check(request as unknown as http.IncomingMessage, { webNames })
    return undefined
  } catch (error) {
    return error instanceof P8aError ? error.code : String(error)
  }
}

test('refuseStranger() lets in who is no browser, and the page of this host', () => {
  const own = [
    { host: '127.0.0.1:3000' },
    { host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' },
    { host: '[::1]:3000', origin: 'http://[::1]:3000' },
    { host: `${hostname()}:3000` },
    { host: '192.0.2.1', origin: 'http://192.0.2.1' },
    { host: 'web.localhost' },
  ]
  for (const headers of own) assert.is(refusal({ headers }), undefined, JSON.stringify(headers))
})

test('refuseStranger() refuses a page of another origin, also one of another port of this machine', () => {
  const host = '127.0.0.1:3000'
  const strange = [
    { host, origin: 'http://evil.example' },
    { host, origin: 'null' },
    { host, origin: 'http://127.0.0.1:8080' },
    { host, origin: 'http://localhost:3000' },
    { host, origin: 'file://' },
    { host, 'sec-fetch-site': 'cross-site' },
    { host, 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of strange) assert.is(refusal({ headers }), 'forbidden', JSON.stringify(headers))
})

test('refuseOtherName() refuses names that somebody else may have led here', () => {
  for (const host of ['evil.example:3000', 'evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '']) {
    assert.is(refusal({ headers: { host } }, [], refuseOtherName), 'forbidden', host)
  }
})

test('refuseStranger() takes the names that the settings have, of the host and of a proxy', () => {
  const names = ['pods.example.com']
  assert.is(refusal({ headers: { host: 'pods.example.com:3000' } }, names, refuseOtherName), undefined)
  assert.is(refusal({ headers: { host: '127.0.0.1:3000', origin: 'https://pods.example.com' } }, names), undefined)
  assert.is(refusal({ headers: { host: '127.0.0.1:3000', origin: 'https://other.example.com' } }, names), 'forbidden')
})

test('refuseOtherName() leaves the name to the certificate over TLS, and asks for none at the Unix socket', () => {
  assert.is(refusal({ headers: { host: 'pods.example.com' }, encrypted: true }, [], refuseOtherName), undefined)
  assert.is(refusal({ headers: { host: 'anything' }, socket: false }, [], refuseOtherName), undefined)
  assert.is(refusal({ headers: { host: 'anything', origin: 'http://evil.example' }, socket: false }), 'forbidden')
})

test('nameOf() is the name without port, brackets and the last dot', () => {
  assert.equal(['LocalHost:80', '[::1]:3000', 'a.example.', '127.0.0.1'].map(nameOf), [
    'localhost',
    '::1',
    'a.example',
    '127.0.0.1',
  ])
})

test.run()
