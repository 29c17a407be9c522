// What a client hears that names no window.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { plainVoice, tellsPlainly } from '../../../../daemon/server/lines/plain-voice.ts'
import type { MethodName } from '../../../../protocol/methods.ts'

function heard(method: MethodName, ...values: unknown[]): unknown[] {
  const said: unknown[] = []
  const voice = plainVoice({ say: line => said.push(JSON.parse(line)), bytes: undefined }, { id: 'x', method })
  for (const value of values) assert.is(voice.value(value), 0)
  for (const quiet of [voice.stream, () => voice.more({ values: 1, bytes: 1 }), () => voice.end(1)]) quiet()
  for (const quiet of [() => voice.fail('no'), () => voice.cancel('no')]) quiet()
  assert.is(voice.isFull, false)
  return said
}

test('plainVoice() says each value in the notification of its method, and nothing else', () => {
  assert.equal(heard('pod.logs', ['a']), [
    { jsonrpc: '2.0', method: 'pod.log', params: { request: 'x', entries: ['a'] } },
  ])
  assert.equal(heard('host.watch', ['b']), [
    { jsonrpc: '2.0', method: 'host.change', params: { request: 'x', changes: ['b'] } },
  ])
  assert.equal(heard('pod.command', { send: 'text' }, { recv: 'line?' }), [
    { jsonrpc: '2.0', method: 'pod.command.send', params: { request: 'x', text: 'text' } },
    { jsonrpc: '2.0', method: 'pod.command.recv', params: { request: 'x', question: 'line?' } },
  ])
})

test('tellsPlainly() is for methods that have notifications', () => {
  const all: MethodName[] = ['pod.logs', 'host.watch', 'pod.command', 'pod.call', 'pod.output', 'pod.list']
  assert.equal(all.filter(tellsPlainly), ['pod.logs', 'host.watch', 'pod.command'])
})

test('plainVoice() is as full as its connection, and waits for it', async () => {
  let isFull = true
  const carrier = {
    say: () => {},
    bytes: undefined,
    get isFull() {
      return isFull
    },
    drained: async () => {
      isFull = false
    },
  }
  const voice = plainVoice(carrier, { id: 1, method: 'pod.logs' })
  assert.is(voice.isFull, true)
  await voice.drained()
  assert.is(voice.isFull, false)
})

test.run()
