import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Run } from '../../../cli/argv/command.ts'
import { run as kill } from '../../../cli/commands/kill.ts'
import { run as remove } from '../../../cli/commands/remove.ts'
import { run as scale } from '../../../cli/commands/scale.ts'
import { run as stop } from '../../../cli/commands/stop.ts'
import { podStatus } from '../../pod-status.ts'
import { doing } from './doing.ts'

const stopped = { name: 'web', status: 'idle', ended: [] }
const commands: [verb: string, run: Run, more: string[]][] = [
  ['stop', stop, []],
  ['kill', kill, []],
  ['remove', remove, []],
  ['scale', scale, ['2']],
]
const done = async (run: Run, args: string[], labels: Record<string, string>) => {
  const status = podStatus('web', { path: 'fleet.b', labels })
  const answers = {
    'pod.stop': stopped,
    'pod.remove': { name: 'web', removed: true, stopped: [] },
    'pod.scale': status,
  }
  return await doing(run, { args: ['local', ...args] }, { ...answers, 'pod.status': status })
}

test('what is done to a pod that a fleet has brought there is done, and names the pod of the fleet', async () => {
  for (const [verb, run, more] of commands) {
    const { code, told } = await done(run, ['fleet.b.web', ...more], { 'p8a/fleet': '1/1' })
    assert.is(code, 0)
    assert.match(told, new RegExp(`warning: A fleet has brought fleet.b.web there.*: pod ${verb} local fleet.web\n`))
  }
})

test('nothing is said of any other pod', async () => {
  for (const [, run, more] of commands) {
    assert.is((await done(run, ['fleet.b.web', ...more], {})).told, '')
    assert.is((await done(run, ['fleet.web', ...more], { 'p8a/fleet': '1/1' })).told, '')
  }
})

test.run()
