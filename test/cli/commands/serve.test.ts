import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/serve.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { scratch } from '../../scratch.ts'
import { doing, info } from './doing.ts'

test('run() serves folders alone, under a name that a pod may have', async () => {
  using at = scratch()
  const file = at.file('page.html', '')
  for (const given of [file, at.path('gone')]) await failsWith('file_not_found', () => doing(run, { args: [given] }))
  await failsWith('bad_name', () => doing(run, { args: [at.dir], options: { name: 'No Name' } }))
  await failsWith('usage', () => doing(run, { args: [at.dir], options: { port: '70000' } }))
})

test('run() lets the host hold the port, so that no second pod serves another folder there', async () => {
  const answers = {
    'host.info': info,
    'pod.list': { pods: [] },
    'pod.push': { name: 'site', version: 1, hash: 'ab', size: 1, unchanged: false, kind: 'service', exports: [] },
    'pod.start': podStatus('site', { status: 'up' }),
  }
  for (const [host, port, listen] of [
    ['127.0.0.1', '8080', '127.0.0.1:8080'],
    ['::1', '8081', '[::1]:8081'],
    // A free one is known only once it is taken.
    ['127.0.0.1', '0', undefined],
  ] as const) {
    using at = scratch()
    const { asked } = await doing(run, { at, args: [at.dir], options: { name: 'site', host, port } }, answers)
    const start = asked.find(([method]) => method === 'pod.start')?.[1] as { config?: { listen?: string } } | undefined
    assert.ok(start)
    assert.is(start.config?.listen, listen)
  }
})

test.run()
