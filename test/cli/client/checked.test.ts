// What is made of answers that make no sense.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkedResult, checkedValue } from '../../../cli/client/checked.ts'
import type { MethodName } from '../../../protocol/methods.ts'
import { errorOf } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'

const from = (method: MethodName) => ({ method, address: 'example.org:3000' })

test('checkedResult() gives the result as it is, and refuses one that makes no sense by its name', async () => {
  const result = { pods: [podStatus('web')], more: 1 }
  assert.is(checkedResult(result, from('pod.list')), result)
  const error = (await errorOf(async () => checkedResult({ pods: 5 }, from('pod.list')))) as Error & { code: string }
  assert.is(error.code, 'bad_answer')
  assert.match(error.message, /example\.org:3000 answers to pod\.list: pods must be a list/)
})

test('checkedValue() gives what a method may tell before its result', () => {
  const entry = { time: '2026-11-20T10:00:00.000000000Z', source: 'stdout', tags: [], text: 'a' }
  for (const [method, value] of [
    ['pod.logs', [entry, { ...entry, pod: 'web', run: 'web.1' }]],
    ['pod.output', new Uint8Array(2)],
    ['pod.command', { send: 'a' }],
    ['pod.command', { recv: 'a' }],
    ['host.watch', [{ type: 'snapshot', pods: [podStatus('web')] }]],
    ['events.follow', [{ number: 1, at: '2026-11-20T10:00:00.000Z', type: 'up', path: '', pod: 'web' }]],
    ['pod.call', { anything: 'at all' }],
  ] as const) {
    assert.is(checkedValue(value, from(method)), value)
  }
})

test('checkedValue() refuses what no such method tells', async () => {
  for (const [method, value] of [
    ['pod.logs', { text: 'a' }],
    ['pod.logs', [{ time: 5, tags: [], text: 'a' }]],
    ['pod.logs', [null]],
    ['pod.output', 'text'],
    ['pod.command', { send: 5 }],
    ['pod.command', null],
    ['host.watch', [{ type: 'snapshot', pods: 5 }]],
    ['host.watch', [{ type: 'nonsense' }]],
    ['host.watch', 'x'],
    ['events.follow', [{ number: 'x', at: '', type: 'up', path: '' }]],
    ['events.follow', {}],
  ] as const) {
    const error = (await errorOf(async () => checkedValue(value, from(method)))) as Error & { code: string }
    assert.is(error.code, 'bad_answer', `${method} ${JSON.stringify(value)}`)
  }
})

test.run()
