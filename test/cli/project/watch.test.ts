import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ProjectPod } from '../../../cli/project/manifest.ts'
import { Changes, watchProject } from '../../../cli/project/watch.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const pod = (name: string, path: string): ProjectPod => ({ name, push: { path }, params: {}, config: {}, starts: true })

test('watchProject() tells of which pods a file changed, of all where the manifest did, and of none for what is ignored', async () => {
  using at = scratch()
  const [web, manifest] = [at.file('web/app.js', ''), at.file('pods.yaml', '')]
  at.file('web/node_modules/x.js', '')
  const api = at.file('api/app.js', '')
  const told: string[][] = []
  const stop = new AbortController()
  const ready = Promise.withResolvers<void>()
  const watching = watchProject({
    pods: [pod('web', at.path('web')), pod('api', api), pod('hello', 'p8a:hello')],
    files: [manifest],
    ignores: async () => path => path.startsWith('node_modules/'),
    onChange: async pods => void told.push(pods.map(({ name }) => name)),
    onReady: ready.resolve,
    signal: stop.signal,
  })
  await ready.promise
  writeFileSync(web, 'other')
  await until(() => told.length > 0, 'the change of web is told')
  assert.equal(told[0], ['web'])
  const before = told.length
  writeFileSync(at.path('web/node_modules/x.js'), 'other')
  writeFileSync(api, 'other')
  await until(() => told.slice(before).some(names => names.includes('api')), 'the change of api is told')
  assert.not(
    told.slice(before).some(names => names.length > 1),
    'the ignored file is not told with it',
  )
  writeFileSync(manifest, 'pods: {}')
  await until(() => told.some(names => names.length === 2), 'the change of the manifest is told')
  stop.abort()
  await watching
})

test('Changes tells what came together once, and what comes later the next time', async () => {
  const changes = new Changes(1)
  const { signal } = new AbortController()
  changes.add('a')
  changes.add('b')
  changes.add('a')
  assert.equal(await changes.next(signal), ['a', 'b'])
  changes.add('c')
  assert.equal(await changes.next(signal), ['c'])
  const stop = new AbortController()
  const waiting = changes.next(stop.signal)
  stop.abort()
  assert.is(await waiting, undefined)
})

test.run()
