// What becomes of the items of a pod that is removed, with a queue that answers as a test says. Not here: the real one (e2e/queues.test.ts).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { Inside } from '../inside/host.ts'

test('forgetItems() leaves a note for the next queue where the one that is up gives no answer', async () => {
  await using host = await Inside.open()
  let forget: () => unknown = () => 3
  host.machine.onShim = shim => {
    shim.functions = { forget: () => forget() }
  }
  const code = `export const config = { labels: { 'p8a/queue': '1' } }\nexport const forget = () => {}\nexport default () => {}`
  await host.do('pod.push', { name: 'queue', code })
  await host.do('pod.start', { name: 'queue' })
  const isNoted = (name: string) => existsSync(join(host.seams.paths.pod('queue').storage, 'forget', name))
  await host.push('web')
  await host.do('pod.remove', { name: 'web' })
  assert.is(isNoted('web'), false)
  forget = () => {
    throw new P8aError('pod_not_up', 'it ends')
  }
  await host.push('web')
  await host.do('pod.remove', { name: 'web' })
  assert.is(isNoted('web'), true)
})

test.run()
