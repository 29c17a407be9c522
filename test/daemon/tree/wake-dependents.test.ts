import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

test('wakeDependents() starts a pod when the last that it needs is up', async () => {
  await using host = await Inside.open()
  for (const name of ['db', 'mail', 'web']) await host.push(name)
  const needs = ['db', 'mail']
  await host.do('pod.start', { name: 'web', config: { needs } })
  for (const name of ['web', ...needs]) await host.do('pod.stop', { name })
  // As a person writes it: it is wanted, and what it needs is not there yet.
  const { file } = host.kept.root.pods.get('web').file
  const { desired } = host.kept.root.pods.get('web').file
  writeFileSync(file, JSON.stringify({ ...desired, want: 'up' }))
  await host.kept.root.files.reload('web')
  assert.is((await host.status('web')).text, 'waits for db, mail')
  await host.do('pod.start', { name: 'db' })
  assert.is((await host.status('web')).text, 'waits for mail')
  assert.equal([(await host.status('web')).status, (await host.status('web')).runs], ['waiting', []])
  await host.do('pod.start', { name: 'mail' })
  assert.is((await host.becomes('web', 'up')).runs.length, 1)
})

test('wakeDependents() starts no pod that is not wanted', async () => {
  await using host = await Inside.open()
  for (const name of ['db', 'web']) await host.push(name)
  await host.do('pod.start', { name: 'web', config: { needs: ['db'] } })
  await host.do('pod.stop', { name: 'web' })
  await host.do('pod.restart', { name: 'db' })
  assert.is((await host.status('web')).status, 'idle')
  assert.is(host.machine.shims.filter(({ assignment }) => assignment?.name === 'web').length, 1)
})

test.run()
