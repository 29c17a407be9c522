// Profiles in a host without processes of its own; what becomes of real runs: e2e/profiles.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const statusOf = async (host: Inside, name: string) => await host.do('pod.status', { name })

test('listProfiles() names what there is, who has it, and what is wrong with a file, but no value of a variable', async () => {
  await using host = await Inside.open()
  assert.equal(await host.do('profile.list', {}), { profiles: [] })
  await host.push('web')
  await host.do('profile.set', { profile: 'small', config: { retries: 3, env: { KEY: 'hidden' } } })
  await host.do('pod.start', { name: 'web', config: { profile: 'small' } })
  const { profiles } = await host.do('profile.list', {})
  assert.equal(profiles, [{ name: 'small', config: { retries: 3, env: ['KEY'] }, pods: ['web'] }])
  writeFileSync(join(host.at.dir, 'profiles/small.json'), '{')
  assert.match((await host.do('profile.list', {})).profiles[0]?.problem ?? '', 'small.json')
})

test('what a profile says goes behind what the pod and its start say, a later one before an earlier one', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('profile.set', { profile: 'small', config: { retries: 3, minUptime: '1s', restart: 'never' } })
  await host.do('profile.set', { profile: 'eu', config: { retries: 4, labels: { zone: 'eu' } } })
  await host.do('pod.start', { name: 'web', config: { profile: ['small', 'eu'], restart: 'always' } })
  const { config, from, labels } = await statusOf(host, 'web')
  assert.equal([config.retries, config.minUptime, config.restart, labels], [4, 1000, 'always', { zone: 'eu' }])
  assert.equal(from, {
    retries: 'profile eu',
    minUptime: 'profile small',
    restart: 'start',
    labels: 'profile eu',
    profile: 'start',
  })
  await failsWith('profile_not_found', () =>
    host
      .do('pod.restart', { name: 'web' })
      .then(async () => await host.do('pod.start', { name: 'web', anew: true, config: { profile: 'none' } })),
  )
})

test('setProfile() is refused whole where a pod could not have it, and nothing changes', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('profile.set', { profile: 'small', config: { retries: 3 } })
  await host.do('pod.start', { name: 'web', config: { profile: 'small' } })
  const error = await failsWith('bad_config', () =>
    host.do('profile.set', { profile: 'small', config: { retries: 9, sleep: '5m' } }),
  )
  assert.match(error.message, 'Pod "web" could not have profile "small"')
  assert.is((await statusOf(host, 'web')).config.retries, 3)
  assert.equal((await host.do('profile.list', {})).profiles[0]?.config, { retries: 3 })
  await failsWith('bad_name', () => host.do('profile.set', { profile: 'No Name', config: {} }))
  await failsWith('profile_not_found', () => host.do('profile.set', { profile: 'none' }))
  await failsWith('bad_config', () => host.do('profile.set', { profile: 'small', config: { profile: 'small' } }))
})

test('setProfile() refuses a min above its max also where no pod has it', async () => {
  await using host = await Inside.open()
  await failsWith('bad_config', () => host.do('profile.set', { profile: 'small', config: { min: 5, max: 2 } }))
  assert.equal((await host.do('profile.list', {})).profiles, [])
  await host.do('profile.set', { profile: 'small', config: { min: 5 } })
})

test('setProfile() without a policy takes up what somebody wrote, once', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('profile.set', { profile: 'small', config: { retries: 3 } })
  await host.do('pod.start', { name: 'web', config: { profile: 'small' } })
  writeFileSync(join(host.at.dir, 'profiles/small.json'), '{ "retries": 5 }')
  assert.is((await statusOf(host, 'web')).config.retries, 3)
  assert.equal((await host.do('profile.set', { profile: 'small' })).pods, [{ pod: 'web', how: 'in-place' }])
  assert.is((await statusOf(host, 'web')).config.retries, 5)
  assert.equal((await host.do('profile.set', { profile: 'small' })).pods, [{ pod: 'web', how: 'same' }])
})

test('removeProfile() leaves one that a pod has', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('profile.set', { profile: 'small', config: {} })
  await host.do('pod.start', { name: 'web', config: { profile: 'small' } })
  const { message } = await failsWith('profile_in_use', () => host.do('profile.remove', { profile: 'small' }))
  assert.match(message, 'web has it')
  await host.do('pod.start', { name: 'web', anew: true })
  assert.equal(await host.do('profile.remove', { profile: 'small' }), { name: 'small', removed: true })
  await failsWith('profile_not_found', () => host.do('profile.remove', { profile: 'small' }))
})

test.run()
