// How far the logs were sent, in a file that is there whole or as before.
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PositionFile } from '../../../pods/otlp/position-file.ts'
import { scratch } from '../../scratch.ts'

const position = { time: '2026-11-20T10:00:00.000000000Z', count: 2 }

test('read() finds what write() wrote; what is no position is none', () => {
  using at = scratch()
  const file = new PositionFile(at.path('position.json'))
  assert.is(file.read(), undefined)
  file.write(position)
  assert.equal(file.read(), position)
  for (const text of ['', '{"time":', 'null', '[]', '{"time":"never","count":1}', '{"time":"2026-11-20"}']) {
    at.file('position.json', text)
    assert.is(file.read(), undefined, text)
  }
})

test('read() does not take what it cannot read for nothing: all until then would never be sent', () => {
  using at = scratch()
  mkdirSync(at.path('position.json'))
  assert.throws(() => new PositionFile(at.path('position.json')).read(), 'EISDIR')
})

test('write() that fails leaves nothing behind', () => {
  using at = scratch()
  mkdirSync(at.path('position.json'))
  const file = new PositionFile(at.path('position.json'))
  assert.throws(() => file.write(position))
  assert.equal(readdirSync(at.dir), ['position.json'])
  rmdirSync(at.path('position.json'))
  file.write(position)
  assert.equal(file.read(), position)
})

test.run()
