// Versions of a pod, and waking one: which version runs, whoever asks and however many at once.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { VersionInfo } from '../../protocol/words-version.ts'
import { failsWith } from '../fails.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('versions')
const host = new TestHost()
test.before(() => host.up())
test.after(() => host.dispose())

/** Pushes a pod that says which of its versions it is. */
async function push(name: string, which: number): Promise<void> {
  const file = join(host.dir, `${name}.js`)
  writeFileSync(file, `export const which = () => ${which}\nexport default async params => console.log(params.color)`)
  await host.pushFile(name, file)
}

const versions = async (name: string) =>
  (await host.json<{ versions: VersionInfo[] }>('versions', 'local', name)).versions

test('pod versions lists all that are kept, and where each runs', async () => {
  for (const which of [1, 2, 3]) await push('web', which)
  await host.begin('web')
  const all = await versions('web')
  assert.equal(
    all.map(({ version, kind, isWanted, runs, file }) => [version, kind, isWanted, runs, file]),
    [
      [1, 'service', false, [], 'web.js'],
      [2, 'service', false, [], 'web.js'],
      [3, 'service', true, ['web.1'], 'web.js'],
    ],
  )
  assert.is(all[2]?.hash, (await host.status('web')).hash)
  const text = await host.ok('versions', 'local', 'web')
  assert.match(text, /^VERSION +HASH +SIZE +PUSHED +BY +FILE +RUNS +MESSAGE\nv3 \* .* web\.1\nv2 .* -\nv1 .* -\n$/)
})

test('a start and a restart take the version that is named, and the newest again where none is', async () => {
  const client = await host.client()
  await client.call('pod.restart', { name: 'web', version: 1 })
  assert.is(await host.call('web', 'which'), 1)
  const { version, latest } = await host.status('web')
  assert.equal([version, latest], [1, 3])
  const { runs } = await host.status('web')
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  const isAnother = ({ id, state }: { id: string; state: string }) => id !== runs[0]?.id && state === 'up'
  await until(async () => (await host.status('web')).runs.some(isAnother), 'it is up again')
  assert.is(await host.call('web', 'which'), 1, 'a crash changes no version')
  await client.call('pod.stop', { name: 'web' })
  await client.call('pod.start', { name: 'web', version: 2 })
  assert.is(await host.call('web', 'which'), 2)
  await client.call('pod.restart', { name: 'web' })
  assert.is(await host.call('web', 'which'), 3)
  const error = await failsWith('version_not_found', () => client.call('pod.restart', { name: 'web', version: 9 }))
  assert.match(error.hint ?? '', 'v1, v2, v3')
  assert.is((await host.status('web')).runs[0]?.state, 'up', 'what is refused changes nothing')
  client.close()
})

test('pod wake starts a pod as it was started last, and is answered at once where it is up', async () => {
  await host.stop('web')
  const client = await host.client()
  await client.call('pod.start', { name: 'web', version: 1, params: { color: 'red' } })
  await client.call('pod.stop', { name: 'web' })
  assert.match(await host.ok('wake', 'local', 'web'), /^web is up: v1 \(v3 pushed\)|^web is up: v1/)
  const { version, params, runs } = await host.status('web')
  assert.equal([version, params], [1, { color: 'red' }])
  await host.ok('wake', 'local', 'web')
  assert.equal((await host.status('web')).runs[0]?.id, runs[0]?.id)
  client.close()
})

test('however many wake a pod at once, it is started once, and all are answered when it is up', async () => {
  const file = join(host.dir, 'slow.js')
  writeFileSync(file, 'export default () => new Promise(resolve => setTimeout(resolve, 300))')
  await host.pushFile('slow', file)
  const clients = await Promise.all(Array.from({ length: 4 }, () => host.client()))
  const woken = await Promise.all(
    clients.flatMap(client => [client.call('pod.wake', { name: 'slow' }), client.call('pod.wake', { name: 'slow' })]),
  )
  assert.equal(
    woken.map(({ status, runs }) => [status, runs[0]?.id]),
    woken.map(() => ['up', 'slow.1']),
  )
  for (const client of clients) client.close()
})

test('a wake joins what is under way to its end, and begins one that was given up anew', async () => {
  await host.push('crash-at-start')
  const client = await host.client()
  await failsWith('start_failed', () =>
    client.call('pod.start', { name: 'crash-at-start', config: { giveUp: 'after 2' } }),
  )
  await failsWith('start_failed', () => client.call('pod.wake', { name: 'crash-at-start' }))
  const { runs } = await client.call('pod.runs', { name: 'crash-at-start' })
  assert.is(runs.length, 4, 'two attempts, and two more')
  writeFileSync(join(host.dir, 'script.sh'), '#!/bin/sh\n')
  await host.pushFile('script', join(host.dir, 'script.sh'))
  await failsWith('unsupported', () => client.call('pod.wake', { name: 'script' }))
  await failsWith('bad_params', () => client.call('pod.start', { name: 'script', version: 1 }))
  client.close()
})

test.run()
