import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const code = `export const config = { env: { OWN: 'code' } }\n`

test('env() tells the names of variables and where each comes from, and values only if they are asked for', async () => {
  await using host = await Inside.open()
  await host.push('web', { code })
  await host.do('pod.start', { name: 'web', config: { env: { A: 'start', B: 'start' } } })
  await host.do('pod.env', { name: 'web', set: { B: 'set' } })
  assert.equal((await host.do('pod.env', { name: 'web' })).env, [
    { name: 'A', from: 'start' },
    { name: 'B', from: 'env' },
    { name: 'OWN', from: 'image' },
  ])
  const { env } = await host.do('pod.env', { name: 'web', values: true })
  assert.equal(
    env.map(({ value }) => value),
    ['start', 'set', 'code'],
  )
})

test('env() begins a pod that is up anew, leaves an idle one, and does nothing where nothing changes', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.env', { name: 'web', set: { A: '1' } })
  assert.is((await host.do('pod.status', { name: 'web' })).status, 'idle')
  await host.do('pod.start', { name: 'web' })
  await host.do('pod.env', { name: 'web', set: { A: '2' } })
  const runs = async () => (await host.do('pod.status', { name: 'web' })).runs.map(({ id }) => id)
  assert.equal(await runs(), ['web.2'])
  await host.do('pod.env', { name: 'web', set: { A: '2' } })
  assert.equal(await runs(), ['web.2'])
})

test('env() keeps variables over a start, but for those that the start gives another value', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.env', { name: 'web', set: { A: 'set', B: 'set' } })
  await host.do('pod.start', { name: 'web', config: { env: { A: 'start' } } })
  const told = async () =>
    (await host.do('pod.env', { name: 'web', values: true })).env.map(({ name, value }) => `${name}=${value}`)
  assert.equal(await told(), ['A=start', 'B=set'])
  await host.do('pod.env', { name: 'web', unset: ['A', 'B'] })
  assert.equal(await told(), [])
})

test('env() refuses to unset what is not set, or what the code of the pod says', async () => {
  await using host = await Inside.open()
  await host.push('web', { code })
  const own = await failsWith('bad_params', () => host.do('pod.env', { name: 'web', unset: ['OWN'] }))
  assert.match(`${own.message} ${own.hint}`, /its own config sets it.*OWN=/)
  await failsWith('bad_params', () => host.do('pod.env', { name: 'web', unset: ['NONE'] }))
  await failsWith('bad_params', () => host.do('pod.env', { name: 'web', set: { 'a b': '1' } }))
  await failsWith('pod_not_found', () => host.do('pod.env', { name: 'other' }))
})

test('start() begins a pod that is up anew if it is asked to, and keeps the label that says whose the pod is', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { labels: { 'p8a/project': 'shop', 'p8a/up': 'x', own: '1' } } })
  await failsWith('pod_running', () => host.do('pod.start', { name: 'web' }))
  const { labels, runs, params } = await host.do('pod.start', { name: 'web', params: { a: '1' }, anew: true })
  assert.equal(labels, { 'p8a/project': 'shop' })
  assert.equal(params, { a: '1' })
  assert.equal(
    runs.map(({ id }) => id),
    ['web.2'],
  )
})

test('push() gives a pod labels beside those that it has', async () => {
  await using host = await Inside.open()
  const pushed = { name: 'web', code: 'export default () => {}' }
  await host.do('pod.push', { ...pushed, labels: { a: '1' } })
  await host.do('pod.push', { ...pushed, labels: { b: '2' } })
  await host.do('pod.push', pushed)
  assert.equal((await host.do('pod.status', { name: 'web' })).labels, { a: '1', b: '2' })
})

test.run()
