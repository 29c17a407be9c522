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

const jwt = `${btoa('{"alg":"HS256"}')}.${btoa('{"sub":"ann"}').replaceAll('=', '')}.s1gnatur_e-x`

test('withoutSecrets() hides what has the shape of a secret, whatever the name of the param', () => {
  const key = (kind: string) => `-----BEGIN ${kind}-----\nx`
  const [service, nested] = [{ host: 'h', auth: { user: 'ann' } }, { inner: JSON.stringify({ apiKey: 'x', n: 1 }) }]
  for (const [value, shown] of [
    [jwt, '***'],
    [`session ${jwt}, then`, 'session ***, then'],
    [`${jwt}.x.y`, '***'],
    ['eyJ is how it begins; eyJhbGciOiJIUzI1NiJ9 is a head', 'eyJ is how it begins; eyJhbGciOiJIUzI1NiJ9 is a head'],
    ...['OPENSSH PRIVATE KEY', 'EC PRIVATE KEY', 'PGP PRIVATE KEY BLOCK'].map(kind => [key(kind), '***'] as const),
    [key('CERTIFICATE'), key('CERTIFICATE')],
    [' {"user": "ann", "password": "x"}', '{"user":"ann","password":"***"}'],
    [`[{"a": "${jwt}"}, {"url": "redis://:x@h"}]`, '[{"a":"***"},{"url":"redis://:***@h"}]'],
    [JSON.stringify(service), '{"host":"h","auth":"***"}'],
    [JSON.stringify(nested), JSON.stringify({ inner: '{"apiKey":"***","n":1}' })],
    ['{ "user": "ann",  "size": 1 }', '{ "user": "ann",  "size": 1 }'],
    ['{"user": "ann", "password": "a\\"b", port: 1', '{"user": "ann", "password":"***", port: 1'],
    ['say {"pin": 1234} and {"port": 1}', 'say {"pin":"***"} and {"port": 1}'],
    ['cut {"auth": {"user": "ann"', '***'],
    ['cut {"password": "ab', 'cut {"password":"***"'],
    [String.raw`x {"a":"{\"token\":\"x\",\"b\":1}"}`, String.raw`x {"a":"{\"token\":\"***\",\"b\":1}"}`],
    [
      `${JSON.stringify({ password: 'x', log: 'y'.repeat(20_000) })}`,
      `{"password":"***","log":"${'y'.repeat(20_000)}"}`,
    ],
  ] as const)
    assert.equal(withoutSecrets({ data: value }), { data: shown })
})

test('argsWithoutSecrets() and lineWithoutSecrets() hide them too', () => {
  assert.equal(argsWithoutSecrets(['--config={"password":"x"}', jwt]), ['--config={"password":"***"}', '***'])
  assert.is(lineWithoutSecrets(`node x.js ${jwt}`), 'node x.js ***')
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
  for (const part of [
    'a.',
    'eyJ',
    '-eyJ',
    ' eyJaaaaaaaa.',
    '"a":"',
    '{"a":',
    '\\\\',
    '"a"   ',
    '"',
    '[',
    'token',
    ';a=',
  ])
    assert.match(withoutSecrets({ long: part.repeat((1024 * 1024) / part.length) }).long as string, part.slice(0, 1))
})

test.run()
