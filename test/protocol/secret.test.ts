import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { argsWithoutSecrets, lineWithoutSecrets, looksSecret, withoutSecrets } from '../../protocol/secret.ts'

test('looksSecret() goes by the words in a name', () => {
  for (const name of [
    'password',
    'DB_PASSWORD',
    'dbPassword',
    'token',
    'accessToken',
    'access_token',
    'API_KEY',
    'apiKey',
    'acmeHmac',
  ])
    assert.ok(looksSecret(name), name)
  for (const name of ['key', 'client-secret', 'dbpassword', 'GITHUB_PAT', 'pwd', 'AUTHORIZATION', 'session.cookie'])
    assert.ok(looksSecret(name), name)
  for (const name of [
    'port',
    'keyboard',
    'passenger',
    'author',
    'monkey',
    'path',
    'compass',
    'key-file',
    'TOKEN_TTL',
    '',
  ])
    assert.is(looksSecret(name), false, name)
})

test('withoutSecrets() hides what looks like one, and the password in an address', () => {
  assert.equal(
    withoutSecrets({
      port: '80',
      token: 'x',
      DATABASE_URL: 'postgres://ann:pw@db/app?a=b',
      pem: '-----BEGIN RSA PRIVATE KEY-----\nx',
      url: 'https://example.org:80/a@b',
    }),
    {
      port: '80',
      token: '***',
      DATABASE_URL: 'postgres://ann:***@db/app?a=b',
      pem: '***',
      url: 'https://example.org:80/a@b',
    },
  )
})

test('withoutSecrets() hides what lies deeper, and what a value itself names a secret', () => {
  assert.equal(
    withoutSecrets({
      db: { host: 'h', password: 'x', replicas: [{ pw: 'x', port: 1 }] },
      connection: 'Server=h;Password=x;Port=1',
      hook: 'https://h/a?token=x&page=2#end',
      header: 'Authorization: Bearer abcdefgh.i',
      text: 'a Basic idea; key = y',
      none: null,
    }),
    {
      db: { host: 'h', password: '***', replicas: [{ pw: '***', port: 1 }] },
      connection: 'Server=h;Password=***;Port=1',
      hook: 'https://h/a?token=***&page=2#end',
      header: 'Authorization: Bearer ***',
      text: 'a Basic idea; key = y',
      none: null,
    },
  )
})

test('argsWithoutSecrets() hides what is behind the name of a secret', () => {
  assert.equal(argsWithoutSecrets(['run', '--token', 'x', '--key=y', '--port', '80', 'redis://:pw@h']), [
    'run',
    '--token',
    '***',
    '--key=***',
    '--port',
    '80',
    'redis://:***@h',
  ])
})

test('lineWithoutSecrets() hides the values of options, variables and headers that look like secrets', () => {
  for (const [line, shown] of [
    ['node x.js --token abc --port 1', 'node x.js --token *** --port 1'],
    [`TOKEN=abc DB_PASSWORD="a b" node x`, 'TOKEN=*** DB_PASSWORD=*** node x'],
    ['mysql --password=abc -u x', 'mysql --password=*** -u x'],
    [`curl -H 'Authorization: Bearer x' https://u:pw@h/x`, `curl -H 'Authorization: ***' https://u:***@h/x`],
    ['cat key --key-file k --auth --verbose', 'cat key --key-file k --auth --verbose'],
  ] as const)
    assert.is(lineWithoutSecrets(line), shown)
})

test('withoutSecrets() hides what lies too deep, and does not end in an error', () => {
  const deep = (depth: number): unknown => (depth === 0 ? 'x' : { a: [deep(depth - 1)] })
  assert.equal(withoutSecrets({ a: deep(20) }), { a: deep(20) })
  for (const text of [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, `${'['.repeat(50_000)}${']'.repeat(50_000)}`])
    assert.match(JSON.stringify(withoutSecrets({ a: JSON.parse(text) })), '"***"')
})

test('withoutSecrets() reads a long text once, whatever is in it', () => {
  const long = 'a.'.repeat(512 * 1024)
  assert.equal(withoutSecrets({ long }), { long })
})

test.run()
