import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { onward, type Target, targetOf } from '../../../pods/gateway/target.ts'

const read = (url: string, authority: string | undefined = 'example.com') => {
  const target = targetOf(url, authority)
  return typeof target === 'string' ? target : [target.host, target.path, target.raw]
}

test('targetOf() tells the host in lower case without its port, and leaves what the pod gets as it came', () => {
  assert.equal(read('/a?b', 'EXAMPLE.com:8080'), ['example.com', '/a', '/a?b'])
  assert.equal(read('/', 'example.com.'), ['example.com', '/', '/'])
  assert.equal(read('/', '[::1]:80'), ['[::1]', '/', '/'])
  assert.equal(read('//a//b', '10.0.0.1'), ['10.0.0.1', '//a//b', '//a//b'])
  const target = targetOf('/', 'Example.com:1') as Target
  assert.is(target.authority, 'Example.com:1')
})

test('targetOf() decodes the path for the routes, but neither a slash nor the query', () => {
  assert.equal(read('/%61pi/x%20y?z=%41'), ['example.com', '/api/x y', '/%61pi/x%20y?z=%41'])
  assert.equal(read('/group%2Fname'), ['example.com', '/group%2Fname', '/group%2Fname'])
  assert.equal(read('/.well-known/x'), ['example.com', '/.well-known/x', '/.well-known/x'])
  assert.equal(read('/a..b/...'), ['example.com', '/a..b/...', '/a..b/...'])
})

test('targetOf() takes a whole URL if its host is that of the header', () => {
  assert.equal(read('http://Example.com/a', 'example.com'), ['example.com', '/a', '/a'])
  assert.equal(read('http://example.com?a'), ['example.com', '/', '/?a'])
  assert.match(String(read('http://other.com/', 'example.com')), /different hosts/)
})

test('targetOf() refuses what leads upwards, is not well encoded, or is no path', () => {
  for (const url of ['/../x', '/a/..', '/a/./b', '/%2e%2e/x', '/.%2E/x', '/..%2fx', '/a%00', '/100%', '/a\\..\\b%2f']) {
    assert.match(String(read(url)), /not well encoded, or leads upwards/, url)
  }
  assert.match(String(read('*')), /no path/)
  assert.match(String(read('/a#b')), /fragment/)
  for (const host of ['', 'a b', 'a/b', 'user@example.com', 'example.com:http', '-x', 'x:123456']) {
    assert.match(String(read('/', host)), /no host/, host)
  }
  assert.match(String(targetOf('/', undefined)), /no host/)
})

test('onward() cuts the segments of a route, and leaves the rest as it came', () => {
  const cut = (url: string, segments: number, strip = true) =>
    onward(targetOf(url, 'example.com') as Target, { strip, segments })
  assert.is(cut('/api/x?y=/z', 1), '/x?y=/z')
  assert.is(cut('/api', 1), '/')
  assert.is(cut('/api?x', 1), '/?x')
  assert.is(cut('/%61pi/a%20b', 1), '/a%20b')
  assert.is(cut('/a/b/c', 2), '/c')
  assert.is(cut('/a/b/c', 2, false), '/a/b/c')
  assert.is(cut('/a', 0), '/a')
})

test.run()
