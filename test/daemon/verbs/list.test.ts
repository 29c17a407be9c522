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

test('list() has a page where one is asked for, and the name behind which it goes on', async () => {
  await using host = await Inside.open()
  for (const name of ['d', 'b', 'a', 'c']) await host.push(name)
  const page = async (asked: { limit?: number; after?: string }) => {
    const { pods, next } = await host.do('pod.list', asked)
    return [pods.map(({ name }) => name).join(''), next]
  }
  assert.equal(await page({ limit: 3 }), ['abc', 'c'])
  assert.equal(await page({ limit: 3, after: 'c' }), ['d', undefined])
  assert.equal(await page({ limit: 4 }), ['abcd', undefined])
  // A pod that was removed meanwhile leaves its place where it was.
  await host.do('pod.remove', { name: 'b' })
  assert.equal(await page({ limit: 1, after: 'b' }), ['c', 'c'])
  assert.equal(await page({ after: 'd' }), ['', undefined])
})

test.run()
