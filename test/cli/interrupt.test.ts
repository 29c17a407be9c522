// Ctrl-C while hosts work for a command. That a build ends by it is e2e/folders.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Interrupt } from '../../cli/interrupt.ts'

const waits = (signal: AbortSignal) =>
  new Promise<string>(resolve => {
    if (signal.aborted) resolve('given up')
    else signal.addEventListener('abort', () => resolve('given up'), { once: true })
  })

test('during() gives up all works at the first Ctrl-C, and those that come later at once', async () => {
  const before = process.listeners('SIGINT')
  const interrupt = new Interrupt()
  const works = [interrupt.during(waits), interrupt.during(waits)]
  process.emit('SIGINT')
  assert.equal(process.listeners('SIGINT'), before, 'a second one does what it does by default')
  assert.equal(await Promise.all([...works, interrupt.during(waits)]), ['given up', 'given up', 'given up'])
  assert.equal(process.listeners('SIGINT'), before)
})

test('during() leaves signals as they were once the last work is over, in whatever order they end', async () => {
  const before = process.listeners('SIGINT')
  const interrupt = new Interrupt()
  const ends = [Promise.withResolvers<number>(), Promise.withResolvers<number>()] as const
  const works = ends.map(({ promise }) => interrupt.during(() => promise))
  ends[0].resolve(1)
  assert.is(await works[0], 1)
  assert.not.equal(process.listeners('SIGINT'), before)
  ends[1].resolve(2)
  assert.is(await works[1], 2)
  assert.equal(process.listeners('SIGINT'), before)
})

test.run()
