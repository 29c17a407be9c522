import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type EventType, eventNames, eventTypes, roleFor } from '../../protocol/events.ts'
import { root } from '../paths.ts'

test('docs/EVENTS.md has each type with its facts, and no other', () => {
  const page = readFileSync(join(root, 'docs', 'EVENTS.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]*) \| ([^|]*) \|$/gm)]
  assert.equal(rows.map(([, type]) => type).sort(), [...eventNames].sort())
  for (const [, type, facts = '', when] of rows) {
    const row = eventTypes[type as EventType]
    const named = [...facts.matchAll(/`(\w+)\??`/g)].map(([, name]) => name)
    assert.equal(named.sort(), Object.keys(row.facts.entries).sort(), type)
    assert.is(when?.trim(), row.when, type)
  }
})

test('roleFor() keeps tokens from those who may only look', () => {
  assert.is(roleFor('token-added'), 'admin')
  assert.is(roleFor('crashed'), 'read')
})

test.run()
