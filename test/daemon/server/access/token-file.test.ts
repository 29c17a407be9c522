// The token's file. Not here: who is asked for it (e2e/wire.test.ts).
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadToken } from '../../../../daemon/server/access/token-file.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { scratch } from '../../../scratch.ts'

async function inDir(work: (file: string, dir: string) => Promise<void>): Promise<void> {
  using at = scratch()
  await work(at.path('token'), at.dir)
}

test('loadToken() makes a token of its own, for its owner alone, and finds it again', async () => {
  await inDir(async (file, dir) => {
    const token = await loadToken(file)
    assert.match(token, /^[\w-]{32,}$/)
    assert.is(await loadToken(file), token)
    assert.is(readFileSync(file, 'utf8'), `${token}\n`)
    assert.is(statSync(file).mode & 0o777, 0o600)
    assert.equal(readdirSync(dir), ['token'])
  })
})

test('loadToken() makes another each time', async () => {
  await inDir(async file => inDir(async other => assert.is.not(await loadToken(file), await loadToken(other))))
})

test('loadToken() takes a token that a person wrote, without the space around it', async () => {
  await inDir(async file => {
    writeFileSync(file, '  a-token-of-my-own-choice \r\n')
    assert.is(await loadToken(file), 'a-token-of-my-own-choice')
  })
})

test('loadToken() refuses a file without a token worth the name, and leaves it', async () => {
  for (const text of ['', '\n', 'short', 'x'.repeat(15)]) {
    await inDir(async file => {
      writeFileSync(file, text)
      const error = await loadToken(file).catch(error => error)
      assert.instance(error, P8aError)
      assert.equal([error.code, error.message.includes(file), error.hint !== undefined], ['bad_settings', true, true])
      assert.is(readFileSync(file, 'utf8'), text)
    })
  }
})

test.run()
