import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { offsetText, zoneCalled } from '../../../cli/time/zone-names.ts'

test('zoneCalled() knows offsets, abbreviations and names', () => {
  const rows: [name: string, offset: string][] = [
    ['z', '+00:00'],
    ['+05', '+05:00'],
    ['-0330', '-03:30'],
    ['utc+5', '+05:00'],
    ['gmt+0530', '+05:30'],
    ['cest', '+02:00'],
    ['asia/kolkata', '+05:30'],
  ]
  for (const [name, offset] of rows) {
    const zone = zoneCalled(name)
    assert.ok(typeof zone === 'function', name)
    assert.is(offsetText(zone(Date.UTC(2026, 0))), offset, name)
  }
})

test('zoneCalled() says why it cannot know one, and nothing of what is none', () => {
  for (const name of ['+15', '+05:60', 'mars/base', 'cst']) assert.ok('unknown' in (zoneCalled(name) ?? {}), name)
  assert.is(zoneCalled('berlin'), undefined)
})

test.run()
