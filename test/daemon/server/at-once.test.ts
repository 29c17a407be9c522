import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AtOnce } from '../../../daemon/server/at-once.ts'
import { failsWith } from '../../fails.ts'

test('during() refuses a client that has as much under way as it may, and no other', async () => {
  const streams = new AtOnce('maxTokenStreams', { maxTokenStreams: 1, maxTokenRequests: 9 })
  const open = Promise.withResolvers<string>()
  const first = streams.during('a', () => open.promise)
  const error = await failsWith('host_busy', () => streams.during('a', async () => 'no'))
  assert.match(error.message, '1 streams under way')
  assert.is(await streams.during('b', async () => 'yes'), 'yes')
  open.resolve('over')
  assert.is(await first, 'over')
  assert.is(await streams.during('a', async () => 'again'), 'again')
})

test.run()
