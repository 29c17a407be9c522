import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { showStarted } from '../../../cli/commands/host-started.ts'
import { doing, info } from './doing.ts'

const told = async (more: object) =>
  (
    await doing(async (_, { output }) => {
      await showStarted({ ...info, ...more } as never, output)
      return 0
    }, {})
  ).told

test('showStarted() warns of an address beyond this machine without TLS, and of no other', async () => {
  assert.match(await told({ addresses: ['192.0.2.1:3000'] }), 'TLS is off at 192.0.2.1:3000')
  assert.is(await told({ addresses: ['127.0.0.1:3000', 'tls://192.0.2.1:3000', 'unix:/x'] }), '')
})

test('showStarted() gives programs all that is known', async () => {
  const { value } = await doing(
    async (_, { output }) => {
      await showStarted(info as never, output)
      return 0
    },
    { json: true },
  )
  assert.equal(value, info)
})

test.run()
