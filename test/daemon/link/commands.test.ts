import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandHandlers } from '../../../daemon/link/commands.ts'
import type { Connection } from '../../../daemon/link/connection.ts'
import { quietChannel } from '../../channels.ts'
import { Inside } from '../inside/host.ts'

test('primary() asks the host for a run, with the rights that its pod has', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { may: 'deploy' } })
  const place = host.kept.root
  const run = { place, pod: 'web', live: place.pods.get('web').supervisor.runs.get(1) }
  const channel = quietChannel()
  let asked: object = {}
  const handlers = commandHandlers({ run } as Connection, {
    askAsPod: async given => {
      asked = given
      return 'answered'
    },
  })
  assert.is(await handlers.primary({ method: 'pod.list', params: { usage: true } }, channel), 'answered')
  assert.equal(asked, {
    method: 'pod.list',
    params: { usage: true },
    channel,
    run: 'web.1',
    pod: 'web',
    role: 'deploy',
    path: '',
  })
})

test.run()
