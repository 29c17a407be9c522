import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const deploysOf = async (host: Inside) => (await host.do('pod.versions', { name: 'web', deploys: true })).deploys ?? []

test('noted() keeps what was begun of a service, by whom, and what came of it', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await failsWith('pod_running', () => host.do('pod.start', { name: 'web' }))
  await host.do('pod.restart', { name: 'web', wait: false })
  const deploys = await deploysOf(host)
  assert.equal(
    deploys.map(({ number, kind, from, to, outcome }) => ({ number, kind, from, to, outcome })),
    [
      { number: 1, kind: 'start', from: undefined, to: 1, outcome: 'ok' },
      { number: 2, kind: 'restart', from: 1, to: 1, outcome: 'unknown' },
    ],
  )
  assert.type(deploys[0]?.by, 'string')
  assert.type(deploys[0]?.tookMs, 'number')
})

test('pod.versions tells them only where they are asked for, and none of a removed pod', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  assert.is((await host.do('pod.versions', { name: 'web' })).deploys, undefined)
  await host.do('pod.remove', { name: 'web', force: true })
  await host.push('web')
  assert.equal(await deploysOf(host), [])
})

test('pod.versions tells what changed, and which versions there are where one is not', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const { diff } = await host.do('pod.versions', { name: 'web', diff: {} })
  assert.equal([diff?.from, diff?.to, diff?.files], [1, 1, []])
  const error = await failsWith('version_not_found', () => host.do('pod.versions', { name: 'web', diff: { from: 7 } }))
  assert.match(error.hint ?? '', /v1/)
})

test.run()
