import { once } from 'node:events'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { takeMessages } from '../../shim/messages.ts'

const names = ['send', 'connected', 'disconnect'] as const
const before = names.map(name => Object.getOwnPropertyDescriptor(process, name))
test.after.each(() => {
  for (const [index, name] of names.entries()) {
    delete (process as Partial<NodeJS.Process>)[name]
    const own = before[index]
    if (own) Object.defineProperty(process, name, own)
  }
})

test('takeMessages() hears "ready" alone, and calls back whoever waits for what was sent', async () => {
  let count = 0
  takeMessages(() => count++)
  const send = promisify((message: unknown, done: (error: Error | null) => void) => process.send?.(message, done))
  await send({ type: 'hello' })
  assert.is(count, 0)
  await send('ready')
  assert.equal([count, process.send?.('ready'), count], [1, true, 2])
})

test('takeMessages() lets a program leave its parent', async () => {
  takeMessages(() => {})
  assert.ok(process.connected)
  const left = once(process, 'disconnect')
  process.disconnect?.()
  assert.not(process.connected)
  await left
})

test.run()
