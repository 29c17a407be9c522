import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressText, portVariables, readAddress } from '../../protocol/listen.ts'

test('readAddress() takes what people write, and nothing else', () => {
  const read: [string, unknown][] = [
    ['8080', { port: 8080 }],
    ['auto', { port: 0 }],
    ['*:8080', { port: 8080 }],
    [':8080', { port: 8080 }],
    ['127.0.0.1:8080', { port: 8080, host: '127.0.0.1' }],
    ['localhost:auto', { port: 0, host: '127.0.0.1' }],
    ['[::]:8080', { port: 8080, host: '::' }],
    ['[::1]:65535', { port: 65_535, host: '::1' }],
    ['unix', {}],
    ['unix:/run/web.sock', { path: '/run/web.sock' }],
    ['/run/web.sock', { path: '/run/web.sock' }],
    ['unix,mode=600', { access: { mode: 0o600 } }],
    [
      'unix:/a.sock,mode=0660,owner=web-1,group=33',
      { path: '/a.sock', access: { mode: 0o660, owner: 'web-1', group: '33' } },
    ],
  ]
  for (const [text, expected] of read) assert.equal(readAddress(text), expected, text)
  const wrong = [
    '',
    '0',
    '65536',
    '-1',
    '8080x',
    '1.2.3:80',
    '1.2.3.256:80',
    '::1:80',
    'example.com:80',
    'unix:web',
    'http://x:80',
    'unix:/a,mode=888',
    'unix:/a,mode=66',
    'unix:/a,modes=660',
    'unix:/a,owner=',
    'unix:/a,',
    '8080,mode=660',
  ]
  for (const text of wrong) assert.is(readAddress(text), undefined, text)
  assert.is(readAddress(`/${'x'.repeat(107)}`), undefined, 'a path that is too long for the kernel')
})

test('addressText() is what readAddress() reads', () => {
  for (const text of ['*:8080', '127.0.0.1:8080', '[::1]:8080', 'unix:/run/web.sock']) {
    const { host = '', ...rest } = readAddress(text) as { host?: string; port: number }
    assert.is(addressText({ host, ...rest }), text)
  }
})

test('portVariables() tells each port by its name, and the main one as PORT', () => {
  const web = { name: 'web', host: '', port: 8080 }
  const admin = { name: 'admin-ui', path: '/run/admin.sock' }
  assert.equal(portVariables([web, admin]), { PORT: '8080', PORT_WEB: '8080', PORT_ADMIN_UI: '/run/admin.sock' })
  assert.is(portVariables([admin, { ...web, name: 'main' }]).PORT, '8080')
  assert.equal(portVariables([]), {})
})

test.run()
