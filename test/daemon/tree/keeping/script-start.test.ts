import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

async function opened(): Promise<Inside> {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  return host
}

test('startScript() begins a run with what it is given, and names it', async () => {
  await using host = await opened()
  let given: unknown
  host.machine.script = ({ command, env, stdin }) => {
    given = [command.slice(-2), env.COLOR, stdin !== undefined]
    return { code: 0 }
  }
  const asked = { params: { COLOR: 'red' }, args: ['a', 'b'], stdin: 'aGk=', stdinEncoding: 'base64' as const }
  const started = await host.do('pod.start', { name: 'job', ...asked })
  assert.is('run' in started && started.run, 'job.1')
  await host.becomes('job', 'idle')
  assert.equal(given, [['a', 'b'], 'red', true])
})

test('startScript() refuses what has no meaning for a script, and begins nothing', async () => {
  await using host = await opened()
  const start = (more: object) => host.do('pod.start', { name: 'job', ...more })
  const error = await failsWith('bad_config', () => start({ config: { retries: 3 } }))
  assert.equal([error.message, error.facts.key], ['Cannot start pod "job": a script has no "retries"', 'retries'])
  assert.match(error.hint ?? '', 'keep it up as a service, push it with --service under another name')
  assert.match(String(error.facts.problem), '--service', 'where the option is named in the place of the pod')
  const { hint } = await failsWith('unsupported', () => start({ asleep: true }))
  assert.match(hint ?? '', '--service')
  assert.match((await failsWith('bad_params', () => start({ version: 1 }))).message, 'runs as it was pushed last')
  assert.equal((await host.do('pod.runs', { name: 'job' })).runs, [])
})

test('scheduleScript() starts nothing now, says when, and keeps what it was given for then', async () => {
  await using host = await Inside.open({ wallMs: () => Date.parse('2026-11-20T10:00:00.000Z') })
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const config = { schedule: { at: '30 12 * * *', zone: 'UTC' }, scale: 2 }
  const status = await host.do('pod.start', { name: 'job', args: ['x'], params: { A: '1' }, config })
  assert.equal([status.status, status.want, status.scale, status.params], ['idle', 'up', 2, { A: '1' }])
  assert.is(status.nextAt, '2026-11-20T12:30:00.000Z')
  assert.equal(host.kept.root.pods.get('job').supervisor.inForce?.desired.args, ['x'])
})

test('scheduleScript() refuses a stdin, a time that is none, and a version', async () => {
  await using host = await opened()
  const start = (more: object, at = '0 0 * * *') =>
    host.do('pod.start', { name: 'job', config: { schedule: { at } }, ...more })
  assert.match((await failsWith('bad_params', () => start({ stdin: 'x' }))).message, 'by a schedule with a stdin')
  await failsWith('bad_params', () => start({ version: 1 }))
  await failsWith('bad_config', () => start({}, '0 0 31 2 *'))
  assert.is((await host.status('job')).want, 'idle')
})

test.run()
