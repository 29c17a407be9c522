import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as gatewayStatus } from '../../../cli/commands/gateway-status.ts'
import { run as pause } from '../../../cli/commands/pause.ts'
import { run as resume } from '../../../cli/commands/resume.ts'
import { run as routes } from '../../../cli/commands/routes.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { doing } from './doing.ts'

const commands = { commands: ['gateway', 'pause', 'resume', 'routes'] }
const given = { args: ['local', 'web'] }

test('ofGateway() says how a gateway is started where none is up', async () => {
  for (const run of [routes, pause, resume, gatewayStatus]) {
    const none = { 'pod.commands': { commands: ['other'] }, 'pod.list': { pods: [] } }
    const error = await failsWith('pod_not_up', async () => await doing(run, given, none))
    assert.match(error.hint ?? '', /: pod push local gateway p8a:gateway; then: pod start local gateway --listen 8080$/)
    const idle = { ...none, 'pod.list': { pods: [podStatus('gateway')] } }
    const other = await failsWith('pod_not_up', async () => await doing(run, given, idle))
    assert.match(other.hint ?? '', /: pod wake local gateway; if it was not started yet: pod start local gateway/)
  }
})

test('ofGateway() hands it what was typed, once that is right', async () => {
  const answers = { 'pod.commands': commands, 'pod.command': { value: 'web is paused\n', run: 'gateway.1' } }
  const paused = await doing(pause, { ...given, options: { for: '30s' } }, answers)
  assert.equal(paused.asked.at(-1)?.[1].argv, ['pause', 'web', '--for', '30s'])
  assert.is(paused.text, 'web is paused')
  const shown = await doing(routes, { args: ['local'], json: true }, answers)
  assert.equal(shown.asked.at(-1)?.[1].argv, ['routes', '--json'])
  const error = await failsWith('usage', async () => await doing(pause, { ...given, options: { for: 'abc' } }, answers))
  assert.match(error.message, /--for "abc"/)
})

test.run()
