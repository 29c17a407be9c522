// What cannot be seen now is looked at again.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untilSeen } from '../../../daemon/system/until-seen.ts'

const failing = (code: string) => Object.assign(new Error(code), { code })

/** Fails with each of these codes, then sees. */
function looks(...codes: string[]): () => Promise<string> {
  return async () => {
    const code = codes.shift()
    if (code !== undefined) throw failing(code)
    return 'seen'
  }
}

test('untilSeen() goes on for as long as the system is short of something, and says so once', async () => {
  const failed: string[] = []
  const options = { isOver: () => false, forMs: 0, onFailed: (error: Error) => failed.push(error.message) }
  assert.equal(await untilSeen(looks('EMFILE', 'ENOMEM'), options), { seen: 'seen' })
  assert.equal(failed, ['EMFILE'])
})

test('untilSeen() gives up what fails otherwise once its time is over, and what nobody wants any more', async () => {
  const options = { isOver: () => false, forMs: 60_000, onFailed: () => {} }
  assert.equal(await untilSeen(looks('EIO'), options), { seen: 'seen' })
  assert.equal(await untilSeen(looks('EIO'), { ...options, forMs: 0 }), { unseen: failing('EIO') })
  assert.equal(await untilSeen(looks('EMFILE'), { ...options, isOver: () => true }), { unseen: failing('EMFILE') })
})

test.run()
