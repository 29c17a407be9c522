import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sendShutdown, stopSignal } from '../../shim/stop-way.ts'

function listening(...events: string[]): Disposable {
  const nothing = () => {}
  for (const event of events) process.on(event, nothing)
  return {
    [Symbol.dispose]: () => {
      for (const event of events) process.off(event, nothing)
    },
  }
}

test('stopSignal() is SIGINT where that alone is listened to', () => {
  assert.is(stopSignal(), undefined)
  using _ = listening('SIGINT')
  assert.is(stopSignal(), 'SIGINT')
  using _also = listening('SIGTERM')
  assert.is(stopSignal(), undefined)
})

test('sendShutdown() tells a program that listens to messages and to no signal, and lets it end', () => {
  const told: unknown[] = []
  const keep = { release: () => void told.push('released') }
  assert.not(sendShutdown(keep))
  const onMessage = (message: unknown) => void told.push(message)
  process.on('message', onMessage)
  assert.ok(sendShutdown(keep))
  {
    using _ = listening('SIGTERM')
    assert.not(sendShutdown(keep))
  }
  process.off('message', onMessage)
  assert.equal(told, ['released', 'shutdown'])
})

test.run()
