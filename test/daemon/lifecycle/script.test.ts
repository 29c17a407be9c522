// The life of a run of a script: every state is reached by every order of events, and holds what is promised of it.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { liveOn, type ScriptEvent, type ScriptState } from '../../../daemon/lifecycle/script.ts'
import type { ScriptNote } from '../../../protocol/keeper.ts'

const test = suite('life of a script')

const note = (more: Partial<ScriptNote> = {}): ScriptNote => ({
  code: 0,
  signal: null,
  timedOut: false,
  outputBytes: 0,
  cut: false,
  ...more,
})

const events: ScriptEvent[] = [
  { type: 'turn' },
  { type: 'begun' },
  { type: 'not-begun', message: 'no' },
  { type: 'stop' },
  { type: 'due' },
  { type: 'ended', note: note() },
  { type: 'unknown', why: 'gone' },
]

test('liveOn() goes the way of a run that ends well', () => {
  assert.equal(liveOn('queued', { type: 'turn' }), ['spawning', [{ do: 'begin' }]])
  assert.equal(liveOn('spawning', { type: 'begun' }), ['up', []])
  const end = { code: 0, signal: null, reason: 'exited' }
  assert.equal(liveOn('up', { type: 'ended', note: note() }), ['over', [{ do: 'end', end }]])
})

test('liveOn() tells the reasons of an end apart', () => {
  const reason = (state: ScriptState, event: ScriptEvent) => {
    const [effect] = liveOn(state, event)[1]
    return effect?.do === 'end' ? effect.end.reason : undefined
  }
  const killed = note({ code: null, signal: 'SIGTERM' })
  assert.is(reason('up', { type: 'ended', note: killed }), 'killed')
  assert.is(reason('up', { type: 'ended', note: { ...killed, timedOut: true } }), 'timeout')
  assert.is(reason('stopping', { type: 'ended', note: killed }), 'stopped')
  assert.is(reason('queued', { type: 'stop' }), 'stopped')
  assert.is(reason('spawning', { type: 'not-begun', message: 'no' }), 'spawn_failed')
  assert.is(reason('up', { type: 'unknown', why: 'gone' }), 'lost')
})

test('liveOn() signals a stop that overtook the process once there is one', () => {
  assert.equal(liveOn('spawning', { type: 'stop' }), ['stopping', []])
  assert.equal(liveOn('stopping', { type: 'begun' }), ['stopping', [{ do: 'term' }]])
  assert.equal(liveOn('stopping', { type: 'due' }), ['stopping', [{ do: 'kill' }]])
})

test('liveOn() ends once, begins once, and never leaves the end, whatever the order of events', () => {
  type Path = { state: ScriptState; begun: number; ended: number }
  let paths: Path[] = [{ state: 'queued', begun: 0, ended: 0 }]
  for (let depth = 0; depth < 5; depth++) {
    paths = paths.flatMap(path =>
      events.map(event => {
        const [state, effects] = liveOn(path.state, event)
        const count = (what: string) => effects.filter(effect => effect.do === what).length
        const next = { state, begun: path.begun + count('begin'), ended: path.ended + count('end') }
        assert.ok(next.begun <= 1 && next.ended <= 1)
        assert.is(next.ended === 1, next.state === 'over')
        return next
      }),
    )
  }
})

test.run()
