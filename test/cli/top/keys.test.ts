import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Effect, onKey } from '../../../cli/top/keys.ts'
import { shownPods } from '../../../cli/top/rows.ts'
import { beginning, type Top } from '../../../cli/top/state.ts'
import { fullName } from '../../../protocol/pod-order.ts'
import { podStatus, runStatus } from '../../pod-status.ts'

const pods = new Map(
  [
    podStatus('api', { runs: [runStatus('api.1')], labels: { team: 'shop' } }),
    podStatus('bot', { status: 'error', want: 'up' }),
    podStatus('web', { runs: [runStatus('web.1')] }),
    podStatus('web', { path: 'inner' }),
  ].map(pod => [fullName(pod), pod]),
)
const usage = new Map([
  ['api', { cpu: 1, memory: 100 }],
  ['web', { cpu: 9, memory: 10 }],
])
const top: Top = { ...beginning('local'), pods, usage }

/** Presses keys one after the other. */
function pressed(keys: readonly string[], from = top): { top: Top; effects: Effect[] } {
  const effects: Effect[] = []
  let now = from
  for (const key of keys) {
    const step = onKey(now, key, 2)
    now = step.top
    if (step.effect) effects.push(step.effect)
  }
  return { top: now, effects }
}

const names = (keys: string[]) => shownPods(pressed(keys).top).map(fullName)

test('onKey() orders by what is asked for, and the other way around', () => {
  assert.equal(names([]), ['bot', 'api', 'web', 'inner.web'])
  assert.equal(names(['N']), ['api', 'bot', 'inner.web', 'web'])
  assert.equal(names(['P']).slice(0, 2), ['web', 'api'])
  assert.equal(names(['M']).slice(0, 2), ['api', 'web'])
  assert.equal(names(['N', 'O']), ['web', 'inner.web', 'bot', 'api'])
  assert.is(pressed(['o']).top.order, 'name')
})

test('onKey() shows what has the words that are typed; Enter keeps them, Escape takes them back', () => {
  assert.equal(names(['/', 'w', 'e', 'x', 'backspace', 'b', 'return']), ['web', 'inner.web'])
  assert.equal(names(['/', 's', 'h', 'o', 'p']), ['api'])
  assert.equal(names(['/', 'w', 'escape']).length, 4)
  assert.equal(names(['/', 'w', 'return', 'escape']).length, 4)
  assert.is(pressed(['/', 'q', 's', 'space', 'r']).top.filter, 'qs r')
})

test('onKey() chooses a pod, which stays chosen wherever it stands', () => {
  assert.is(pressed(['down']).top.chosen, 'api')
  assert.is(pressed(['up']).top.chosen, 'bot')
  assert.is(pressed(['G']).top.chosen, 'inner.web')
  assert.is(pressed(['pagedown']).top.chosen, 'web')
  assert.is(pressed(['end', 'N', 'up']).top.chosen, 'bot')
  assert.is(onKey({ ...top, pods: new Map() }, 'down', 2).top.chosen, undefined)
})

test('onKey() asks before it does a verb, and only a y is a yes', () => {
  const asked = pressed(['down', 's'])
  assert.equal([asked.top.mode, asked.effects], [{ is: 'question', verb: 'stop', pod: 'api' }, []])
  assert.equal(pressed(['down', 's', 'y']).effects, [{ do: 'verb', verb: 'stop', pod: pods.get('api') }])
  for (const key of ['n', 'return', 'escape', 's']) assert.equal(pressed(['s', key]).effects, [], key)
  assert.equal(pressed(['r', 'y']).effects, [{ do: 'verb', verb: 'restart', pod: pods.get('bot') }])
})

test('onKey() does nothing to a pod that is gone by the time of the answer', () => {
  const asked = pressed(['down', 's']).top
  const { top: after, effects } = pressed(['y'], { ...asked, pods: new Map() })
  assert.equal([effects, after.note], [[], 'api is gone'])
})

test('onKey() opens the log of the chosen pod, scrolls in it, and goes back', () => {
  const { top: open, effects } = pressed(['down', 'return'])
  assert.equal(effects, [{ do: 'log', pod: pods.get('api') }])
  assert.equal(open.mode, { is: 'log', pod: 'api', lines: [], back: 0 })
  const full: Top = { ...open, mode: { is: 'log', pod: 'api', lines: ['1', '2', '3', '4'], back: 0 } }
  const back = (keys: string[]) => {
    const { mode } = pressed(keys, full).top
    return mode.is === 'log' ? mode.back : undefined
  }
  assert.equal([back(['up']), back(['pageup']), back(['home']), back(['home', 'end'])], [1, 2, 3, 0])
  assert.equal(pressed(['escape'], full).effects, [{ do: 'end-log' }])
})

test('onKey() quits from anywhere by Ctrl-C, from the table by q', () => {
  for (const keys of [['ctrl-c'], ['/', 'ctrl-c'], ['s', 'ctrl-c'], ['l', 'ctrl-c'], ['q'], ['?', 'x', 'q']]) {
    assert.equal(pressed(keys).effects.at(-1), { do: 'quit' }, keys.join())
  }
  assert.equal(pressed(['/', 'q']).effects, [])
})

test('onKey() begins a part of a fleet anew, and says where it is stopped and started, which would not last here', () => {
  const part = podStatus('web', { path: 'fleet.a', labels: { 'p8a/fleet': '1/1' }, runs: [runStatus('web.1')] })
  const from = { ...top, pods: new Map([[fullName(part), part]]) }
  const stopped = pressed(['s', 'y'], from)
  assert.equal(stopped.effects, [])
  assert.is(pressed(['s'], from).top.note, 'A fleet has brought fleet.a.web here: stop fleet.web')
  assert.is(pressed(['u'], from).top.note, 'A fleet has brought fleet.a.web here: start fleet.web')
  assert.equal(pressed(['r', 'y'], from).effects, [{ do: 'verb', verb: 'restart', pod: part }])
  assert.equal(pressed(['l'], from).effects, [{ do: 'log', pod: part }])
})

test.run()
