import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const name = 'web'

async function withPod(work: (host: Inside) => Promise<void>): Promise<void> {
  await using host = await Inside.open()
  await host.push(name)
  await work(host)
}

test('whoever comes with an older epoch is refused, and is told which one it is', async () => {
  await withPod(async host => {
    await host.do('pod.wake', { name, epoch: 5 })
    assert.is((await host.status(name)).epoch, 5)
    const error = await failsWith('old_epoch', () => host.do('pod.sleep', { name, epoch: 4 }))
    assert.equal(error.facts, { pod: name, epoch: 5 })
    await failsWith('old_epoch', () => host.do('pod.wake', { name, epoch: 0 }))
    assert.is((await host.do('pod.wake', { name, epoch: 5 })).status, 'up', 'the same one may ask again')
    assert.is((await host.do('pod.wake', { name })).epoch, 5, 'whoever says none is not asked for one')
  })
})

test('a pod without epochs has none, whoever wakes it', async () => {
  await withPod(async host => {
    assert.is((await host.do('pod.wake', { name })).epoch, undefined)
  })
})

test.run()
