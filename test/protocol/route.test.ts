import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readRoute } from '../../protocol/route.ts'

test('readRoute() keeps a host in lower case and as DNS has it, and a path without a slash at its end', () => {
  assert.is(readRoute('App.Example.com.'), 'app.example.com')
  assert.is(readRoute('example.com/'), 'example.com')
  assert.is(readRoute('example.com/API/v1/'), 'example.com/API/v1')
  assert.is(readRoute('*.dev.example.com'), '*.dev.example.com')
  assert.is(readRoute('bücher.example/läden'), 'xn--bcher-kva.example/läden')
  assert.is(readRoute('10.0.0.1'), '10.0.0.1')
  assert.is(readRoute('*'), '*')
  assert.is(readRoute('*/health'), '*/health')
  assert.is(readRoute('/health'), '*/health')
})

test('readRoute() refuses what is no name, has a port or a query, or leads upwards', () => {
  const wrong = [
    '',
    '.',
    '*.',
    '**',
    'a..b',
    '-a.com',
    'a b.com',
    'http://a.com',
    'a.com:80',
    'u@a.com',
    'a.*.com',
    'a*.com',
  ]
  wrong.push(
    'a.com/x?y',
    'a.com/#x',
    'a.com/../x',
    'a.com/x/..',
    'a.com/./x',
    'a.com//x',
    'a.com/a%2fb',
    'a.com/a b',
    `${'a'.repeat(64)}.com`,
  )
  for (const text of wrong) assert.is(readRoute(text), undefined, text)
})

test.run()
