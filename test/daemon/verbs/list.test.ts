import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

test('list() has all pods by name', async () => {
  await using host = await Inside.open()
  for (const name of ['web', 'api']) await host.push(name)
  await host.do('pod.start', { name: 'web' })
  const { pods } = await host.do('pod.list', {})
  assert.equal(
    pods.map(({ name, status, images }) => [name, status, images]),
    [
      ['api', 'idle', undefined],
      ['web', 'up', undefined],
    ],
  )
})

test.run()
