import { readdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const script = (name: string, code: string) => ({ name, code, kind: 'script' as const })

test('push() stores what is new as the next version, and what is there as none', async () => {
  await using host = await Inside.open()
  const first = await host.do('pod.push', { name: 'web', code: 'export default () => {}' })
  assert.equal([first.version, first.unchanged, first.exports, first.kind], [1, false, [], 'service'])
  assert.ok((await host.do('pod.push', { name: 'web', code: 'export default () => {}' })).unchanged)
  const second = await host.do('pod.push', { name: 'web', code: 'export default () => 2' })
  assert.equal([second.version, second.unchanged], [2, false])
  assert.equal(
    (await host.status('web')).images?.map(({ version }) => version),
    [1, 2],
  )
})

test('push() changes nothing of what runs, and says how to run it', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const { text, next } = await host.do('pod.push', { name: 'web', code: 'export default () => 2' })
  assert.is(text, undefined)
  assert.is(next, 'web is up with v1: reload it to run v2')
  assert.is((await host.status('web')).version, 1)
})

test('push() keeps so many versions, and that in force whatever its age', async () => {
  await using host = await Inside.open({ settings: { keepVersions: 2 } })
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  for (const n of [2, 3, 4]) await host.do('pod.push', { name: 'web', code: `export default () => ${n}` })
  assert.equal(
    (await host.status('web')).images?.map(({ version }) => version),
    [1, 3, 4],
  )
  assert.is(readdirSync(host.seams.paths.images).length, 3)
})

test('push() takes a script by its kind, by its first line, or by the name of its file', async () => {
  await using host = await Inside.open()
  for (const [name, more] of [
    ['a', { code: 'echo', kind: 'script' }],
    ['b', { code: '#!/bin/sh\n' }],
    ['c', { code: 'echo', file: 'c.sh' }],
  ] as const)
    assert.is((await host.do('pod.push', { name, ...more })).kind, 'script', name)
})

for (const [what, params, code, message] of [
  ['a name that is none', { name: 'Web', code: 'export default () => {}' }, 'bad_name', /Web/],
  ['code that is none', { name: 'web', code: 'export default (' }, 'bad_image', /web\.js/],
  ['code without a default', { name: 'web', code: 'export const a = 1' }, 'bad_image', /default/],
  ['a script that is empty', script('job', ' \n\t'), 'bad_image', /is empty/],
  [
    'a config that is wrong',
    { name: 'web', code: 'export default () => {}; export const config = { scale: 0 }' },
    'bad_config',
    /scale/,
  ],
  [
    'what is too large',
    { name: 'web', code: `export default () => {}//${'x'.repeat(2000)}` },
    'too_large',
    /2025 bytes|bytes/,
  ],
] as const) {
  test(`push() refuses ${what}, and leaves nothing`, async () => {
    await using host = await Inside.open({ settings: { maxImageBytes: 2000 } })
    assert.match((await failsWith(code, () => host.do('pod.push', params))).message, message)
    assert.equal([(await host.do('pod.list', {})).pods, readdirSync(host.seams.paths.images)], [[], []])
  })
}

test('push() counts the bytes of an image, and not of its base64', async () => {
  await using host = await Inside.open({ settings: { maxImageBytes: 100 } })
  const of = (bytes: number) => ({
    ...script('job', Buffer.alloc(bytes, 'x').toString('base64')),
    encoding: 'base64' as const,
  })
  assert.is((await host.do('pod.push', of(100))).size, 100)
  assert.is((await failsWith('too_large', () => host.do('pod.push', of(101)))).facts.bytes, 101)
})

test('push() refuses to make a script of a service, and a pod need itself by others', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await failsWith('pod_exists', () => host.do('pod.push', script('web', '#!/bin/sh\n')))
  await host.push('a', { code: "export const config = { needs: ['b'] }" })
  const cycle = () => host.push('b', { code: "export const config = { needs: ['a'] }" })
  assert.match((await failsWith('needs_cycle', cycle)).message, 'b → a → b')
})

test.run()
