// How a run that is asked to end comes to its end. Not here: real runs (e2e/leaving.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { finish, releaseOnSignal } from '../../shim/leaving.ts'

function kept() {
  const said: string[] = []
  return { said, keep: { hold: () => void said.push('hold'), release: () => void said.push('release') } }
}

test('finish() holds the process again once the work is done, and passes its error on', async () => {
  const { said, keep } = kept()
  assert.ok(await finish(async () => said.push('work'), keep))
  assert.equal(said, ['release', 'work', 'hold'])
  const failed = await finish(() => Promise.reject(new Error('no')), keep).catch(error => error.message)
  assert.equal([failed, said.slice(3)], ['no', ['release', 'hold']])
  assert.is(process.listenerCount('beforeExit'), 0)
})

test('finish() is over when nothing is left that could end the work', async () => {
  const { said, keep } = kept()
  const isOver = finish(() => new Promise(() => {}), keep)
  process.emit('beforeExit', 0)
  assert.equal(said, ['release', 'hold'], 'held before the process could end')
  assert.not(await isOver)
})

test('releaseOnSignal() releases before the listeners of the pod hear the signal, and is no listener itself', () => {
  const { said, keep } = kept()
  const before = Object.getOwnPropertyDescriptor(process, 'emit')
  releaseOnSignal(keep)
  const heard = () => void said.push('heard')
  process.once('SIGTERM', heard)
  assert.is(process.listenerCount('SIGTERM'), 1)
  process.emit('SIGTERM', 'SIGTERM')
  process.emit('SIGHUP', 'SIGHUP')
  if (before) Object.defineProperty(process, 'emit', before)
  else Reflect.deleteProperty(process, 'emit')
  assert.equal(said, ['release', 'heard'])
})

test.run()
