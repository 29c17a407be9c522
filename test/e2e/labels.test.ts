// Labels and what a status tells of the image and config in force, from push to wire. Not here: what a config may hold
// (protocol/config.test.ts).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const labels = suite('labels')
let host: TestHost
labels.before(async () => {
  host = new TestHost()
  await host.up()
})
labels.after(async () => await host.dispose())

const code = `
export const config = { labels: { route: 'a.example', team: 'x' }, env: { SECRET: 'hidden' }, check: { interval: '1m' } }
export const add = (a, b) => a + b
export default async () => {}
`

labels('a status tells labels, exports and config in force, and of variables the names alone', async () => {
  const file = join(host.dir, 'shown.js')
  writeFileSync(file, code)
  await host.pushFile('shown', file)
  await host.ok('start', 'local', 'shown', '--label', 'team=y', '--env', 'MORE=z')
  const status = await host.status('shown')
  assert.equal(status.labels, { route: 'a.example', team: 'y' })
  assert.equal(status.exports, ['add'])
  assert.equal(status.config.check, { interval: 60_000 })
  assert.equal(status.config.env, ['SECRET', 'MORE'])
  assert.not.match(JSON.stringify(status), 'hidden')
  assert.equal(
    status.images?.map(({ version, hash, size, file }) => ({ version, hash, size, file })),
    [{ version: 1, hash: status.hash, size: status.images?.[0]?.size, file: 'shown.js' }],
  )
  const [listed] = (await host.json<{ pods: PodStatus[] }>('status', 'local')).pods
  assert.equal(listed?.labels, status.labels)
  assert.is(listed?.images, undefined, 'a list of many pods is kept small')
})

labels('an edit of labels and of `may` in pod.json is in force at once, and restarts nothing', async () => {
  const before = await host.status('shown')
  const file = join(host.data, 'pods', 'shown', 'pod.json')
  const desired = JSON.parse(readFileSync(file, 'utf8')) as { config: object }
  writeFileSync(
    file,
    JSON.stringify({ ...desired, config: { ...desired.config, labels: { team: 'z' }, may: 'deploy' } }),
  )
  await until(async () => (await host.status('shown')).labels.team === 'z', 'the edit is in force')
  const after = await host.status('shown')
  assert.is(after.config.may, 'deploy')
  assert.equal(
    after.runs.map(({ id, pid }) => ({ id, pid })),
    before.runs.map(({ id, pid }) => ({ id, pid })),
  )
})

labels.run()
