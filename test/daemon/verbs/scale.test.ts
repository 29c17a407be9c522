import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('scale() begins runs, and ends those of the highest slots', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const more = await host.do('pod.scale', { name: 'web', scale: 3 })
  assert.equal([more.up, more.scale], [3, 3])
  assert.equal(
    more.runs.map(({ id, slot }) => [id, slot]),
    [
      ['web.1', 0],
      ['web.2', 1],
      ['web.3', 2],
    ],
  )
  const fewer = await host.do('pod.scale', { name: 'web', scale: 1 })
  assert.equal(
    fewer.runs.map(({ id }) => id),
    ['web.1'],
  )
})

test('scale() of a pod that is idle counts when it is started', async () => {
  await using host = await Inside.open()
  await host.push('web')
  assert.is((await host.do('pod.scale', { name: 'web', scale: 2 })).status, 'idle')
  assert.is((await host.do('pod.start', { name: 'web' })).up, 2)
})

test('scale() refuses what is no scale', async () => {
  await using host = await Inside.open()
  await host.push('web')
  for (const scale of [0, -1, 1.5]) await failsWith('bad_params', () => host.do('pod.scale', { name: 'web', scale }))
})

test.run()
