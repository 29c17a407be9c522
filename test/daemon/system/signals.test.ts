// Signals go to those that they are meant for, and to nobody who has their number later.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { identify } from '../../../daemon/system/identity.ts'
import type { Identity } from '../../../daemon/system/process.ts'
import { hasRest, signalGroup, signalOne, signalRest, sweepGroup } from '../../../daemon/system/signals.ts'
import { until } from '../../until.ts'

/** The leader of a group of its own. */
async function leader(...command: [string, ...string[]]) {
  const [program, ...args] = command
  const child = spawn(program, args, { detached: true, stdio: 'ignore' })
  const exited = once(child, 'exit')
  const found = await identify(child.pid as number)
  return { one: found ?? { pid: child.pid as number, startTime: 'gone' }, exited }
}

test('a process of another time than is meant gets no signal, alone or with its group', async () => {
  const { one, exited } = await leader('sleep', '600')
  const other: Identity = { pid: one.pid, startTime: `${one.startTime}0` }
  for (const send of [signalOne, signalGroup, signalRest]) assert.not(await send(other, 'SIGKILL'))
  await sweepGroup(other)
  assert.not(await hasRest(other))
  assert.equal(await identify(one.pid), one)
  assert.ok(await signalGroup(one, 'SIGKILL'))
  assert.equal(await exited, [null, 'SIGKILL'])
  assert.not(await signalOne(one, 'SIGKILL'))
})

test('sweepGroup() ends what is left of a group once its leader has ended', async () => {
  const { one, exited } = await leader('/bin/sh', '-c', 'sleep 600 & exit 0')
  await exited
  assert.ok(await hasRest(one))
  assert.not(await signalGroup(one, 'SIGKILL'))
  await sweepGroup(one)
  await until(async () => !(await hasRest(one)), 'nothing is left')
})

test.run()
