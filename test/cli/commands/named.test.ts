import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as kill } from '../../../cli/commands/kill.ts'
import { run as logs } from '../../../cli/commands/logs.ts'
import { checkNamed, isEvery, isMany, podOf } from '../../../cli/commands/named.ts'
import { run as reload } from '../../../cli/commands/reload.ts'
import { run as remove } from '../../../cli/commands/remove.ts'
import { run as restart } from '../../../cli/commands/restart.ts'
import { run as sleep } from '../../../cli/commands/sleep.ts'
import { run as start } from '../../../cli/commands/start.ts'
import { run as status } from '../../../cli/commands/status.ts'
import { run as stop } from '../../../cli/commands/stop.ts'
import { run as wake } from '../../../cli/commands/wake.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { doing } from './doing.ts'

const pods = { pods: ['db', 'web'].map(name => podStatus(name)) }

test('isMany() knows "all", which stands alone', async () => {
  assert.equal([isMany([]), isMany(['web']), isMany(['all']), isMany(['web', 'db'])], [false, false, true, true])
  await failsWith('usage', () => isMany(['web', 'all']))
  assert.equal([isEvery({ names: ['all'] }), isEvery({ names: ['web'] })], [true, false])
})

test('podOf() is the pod itself, or that of a run', () => {
  assert.equal(['web', 'web.7', 'web.0', 'Web.7'].map(podOf), ['web', 'web', 'web.0', 'Web.7'])
})

test('checkNamed() takes a first word that is neither a remote nor a pod for a mistyped remote, and nothing is done', async () => {
  for (const run of [stop, restart, kill, reload, remove, start, sleep, wake, status, logs]) {
    const error = await failsWith('remote_not_found', async () => {
      await doing(run, { args: ['local', 'orgin', 'web'], isImplied: true }, { 'pod.list': pods })
    })
    assert.match(error.message, /no remote "orgin", and no pod/)
  }
  checkNamed({ names: ['web.7', 'db'], isImplied: true }, pods.pods)
  checkNamed({ names: ['orgin', 'web'] }, pods.pods)
})

test.run()
