import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { processesOf } from '../../../cli/git/processes.ts'
import { failsWith } from '../../fails.ts'

const shop = (kinds: Record<string, string>) => processesOf('shop', new Map(Object.entries(kinds)))

test('processesOf() is one pod without a Procfile', () => {
  assert.equal(processesOf('shop', undefined), { pods: [{ name: 'shop', wantsPort: false }] })
})

test('processesOf() makes a pod of each line, and keeps the release apart', () => {
  assert.equal(shop({ web: 'a', Mail_Worker: 'b', release: 'c' }), {
    pods: [
      { name: 'shop', command: 'a', wantsPort: true },
      { name: 'shop-mail-worker', command: 'b', wantsPort: false },
    ],
    release: { name: 'shop-release', command: 'c', wantsPort: false },
  })
})

test('processesOf() takes the only process for the pod itself, and refuses to choose among several', async () => {
  assert.equal(shop({ bot: 'a' }).pods, [{ name: 'shop', command: 'a', wantsPort: false }])
  await failsWith('bad_image', () => shop({ bot: 'a', mail: 'b' }))
  await failsWith('bad_image', () => shop({ release: 'a' }))
})

test.run()
