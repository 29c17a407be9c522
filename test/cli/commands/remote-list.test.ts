import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/remote-list.ts'
import { scratch } from '../../scratch.ts'
import { doing, info } from './doing.ts'

test('run() asks the hosts of all remotes at once, and says of each whether it answers', async () => {
  using at = scratch()
  at.file('p8a/config.json', '{"remotes":{"gone":{"address":"localhost:1","path":"inner"}}}')
  const { text } = await doing(run, { at }, { 'host.info': info })
  assert.match(text, /local +unix:.*answers: p8a 1\.2\.3, 1 pod/)
  assert.match(text, /gone +localhost:1 +inner +cannot be used: Cannot reach the host/)
})

test.run()
