import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-stop.ts'
import { type Behave, doing, info } from './doing.ts'

/** A host that says how many pods go on, and goes. */
async function stopped(pods: number, options: { pods?: true } = {}) {
  const stop: Behave = (_, { answer, hangUp }) => {
    answer({ stopping: true, pods })
    setImmediate(hangUp)
  }
  return await doing(run, { options }, { 'host.info': info, 'host.stop': stop })
}

test('run() says what becomes of the pods', async () => {
  assert.is((await stopped(0)).text, 'The host is stopped')
  assert.match((await stopped(1)).text, /1 pod keeps running, and the next host adopts it\n/)
  assert.match((await stopped(2)).text, /2 pods keep running, and the next host adopts them\n/)
})

test('run() stops the pods too where that is asked for', async () => {
  const { text, asked } = await stopped(2, { pods: true })
  assert.is(text, 'The host and its pods are stopped')
  assert.equal(asked[1], ['host.stop', { pods: true }])
})

test.run()
