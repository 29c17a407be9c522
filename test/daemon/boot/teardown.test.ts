// Taking down in reverse.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Teardown } from '../../../daemon/boot/teardown.ts'

test('disposeAsync() does all steps, the newest first, each when the one before it is over', async () => {
  const done: string[] = []
  const teardown = new Teardown(error => done.push(String(error)))
  teardown.defer(() => done.push('first'))
  teardown.defer(async () => {
    done.push('second begins')
    await Promise.resolve()
    done.push('second ends')
  })
  teardown.defer(() => done.push('third'))
  await teardown.disposeAsync()
  assert.equal(done, ['third', 'second begins', 'second ends', 'first'])
})

test('disposeAsync() tells of a step that fails, and does the others all the same', async () => {
  const done: string[] = []
  const teardown = new Teardown(error => done.push((error as Error).message))
  teardown.defer(() => done.push('first'))
  teardown.defer(() => {
    throw new Error('at once')
  })
  teardown.defer(async () => {
    throw new Error('later')
  })
  await teardown.disposeAsync()
  assert.equal(done, ['later', 'at once', 'first'])
})

test('disposeAsync() does nothing a second time', async () => {
  let count = 0
  const teardown = new Teardown(() => {})
  teardown.defer(() => count++)
  await teardown.disposeAsync()
  await teardown.disposeAsync()
  assert.is(count, 1)
})

test.run()
