import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../../protocol/errors.ts'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

/** The pod `lab` is a host, in which `web` runs. */
async function opened() {
  const host = await Inside.open()
  const lab = await host.mount('lab')
  const code = 'export default () => {}'
  await lab.peer?.request('verb', { method: 'pod.push', params: { path: 'lab', name: 'web', code } })
  await lab.peer?.request('verb', { method: 'pod.start', params: { path: 'lab', name: 'web' } })
  return { host, lab, web: host.machine.shims.at(-1) ?? lab }
}

test('stopService() ends what runs in the hosts of a pod before the pod', async () => {
  const { host, lab, web } = await opened()
  await using _ = host
  const ends: string[] = []
  for (const [name, shim] of [
    ['lab', lab],
    ['web', web],
  ] as const) {
    const end = shim.end.bind(shim)
    shim.end = (...how) => {
      ends.push(name)
      end(...how)
    }
  }
  await host.do('pod.stop', { name: 'lab' })
  assert.equal(ends, ['web', 'lab'])
})

test('stopService() that cannot be saved ends nothing for good', async () => {
  const { host, web } = await opened()
  await using _ = host
  const { file } = host.kept.root.pods.get('lab')
  file.write = async () => await Promise.reject(new P8aError('save_failed', 'The disk is broken'))
  await failsWith('save_failed', () => host.do('pod.stop', { name: 'lab' }))
  assert.is((await host.status('lab')).status, 'up')
  const { supervisor } = host.kept.hosts.get('lab').pods.get('web')
  await supervisor.until(() => supervisor.state === 'up')
  assert.equal([web.hasEnded, supervisor.lastNumber], [true, 2])
})

test.run()
