import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

/** The host `lab` with a pod that runs. */
async function opened() {
  const host = await Inside.open()
  const lab = await host.mount('lab')
  await host.do('pod.push', { path: 'lab', name: 'web', code: 'export default () => {}' })
  await host.do('pod.start', { path: 'lab', name: 'web' })
  const namespace = host.kept.hosts.get('lab')
  return { host, lab, namespace, web: namespace.pods.get('web').supervisor }
}

test('a host keeps its pods, their logs and its own log in a folder of its own', async () => {
  const { host, namespace } = await opened()
  await using _ = host
  const { root } = host.kept
  assert.is(root.pods.find('web'), undefined)
  const { paths } = namespace.seams
  assert.ok(paths.pods.startsWith(root.seams.paths.hosts))
  assert.is(paths.linkSocket, root.seams.paths.linkSocket)
  assert.match(readFileSync(paths.hostLog, 'utf8'), /"pod":"web"/)
  assert.not(host.said.includes('push'))
})

test('follow() stops what is in a host once its pod is not wanted, however that comes', async () => {
  const { host, web } = await opened()
  await using _ = host
  const { file, desired } = host.kept.root.pods.get('lab').file
  writeFileSync(file, JSON.stringify({ ...desired, want: 'idle' }))
  await host.kept.root.files.reload('lab')
  await web.until(() => !web.hasRuns)
  assert.is(web.inForce?.desired.want, 'up')
})

test('follow() stops nothing while its pod is only begun anew', async () => {
  const { host, lab, namespace, web } = await opened()
  await using _ = host
  lab.end(1, null)
  await until(() => host.machine.shims.at(-1)?.assignment?.run === 'lab.2', 'it runs again')
  assert.equal([web.state, namespace.pods.holding.isHeld], ['up', false])
})

test('own() saves whose it is before that is so', async () => {
  const { host, namespace } = await opened()
  await using _ = host
  const owned = { owner: { path: '', pod: 'other' }, isClosed: true }
  const saving = namespace.own(owned)
  assert.is(namespace.owner.pod, 'lab')
  await saving
  assert.equal([namespace.owner.pod, namespace.isClosed], ['other', true])
})

test('watchFiles() takes up what people edit, and what they edited before', async () => {
  const { host, namespace, web } = await opened()
  await using _ = host
  const { file } = namespace.pods.get('web')
  const edit = (params: object) => writeFileSync(file.file, JSON.stringify({ ...file.desired, params }))
  const paramsAre = (a: string) => web.until(() => web.inForce?.desired.params.a === a)
  edit({ a: '1' })
  await namespace.watchFiles()
  await paramsAre('1')
  edit({ a: '2' })
  await paramsAre('2')
})

test.run()
