import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { factsOf, toneOf } from '../../protocol/event-text.ts'
import type { HostEvent } from '../../protocol/events.ts'

test('toneOf() says which events are bad and which are good', () => {
  assert.equal(
    ['crashed', 'up', 'begun'].map(type => toneOf(type as HostEvent['type'])),
    ['bad', 'good', 'plain'],
  )
})

test('factsOf() names all but what stands in columns of its own, and what is null', () => {
  const event = { number: 3, at: '2026-11-20T10:00:00Z', type: 'crashed', path: '', pod: 'web' } as const
  const ended = { ...event, run: 'web.7', code: 1, signal: null, reason: 'exited' }
  assert.equal(factsOf(ended as HostEvent), ['run web.7', 'code 1', 'reason exited'])
  const configured = { ...event, type: 'configured', what: ['config.retries'] }
  assert.equal(factsOf(configured as HostEvent), ['what ["config.retries"]'])
})

test.run()
