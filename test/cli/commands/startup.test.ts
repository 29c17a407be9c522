import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/startup.ts'
import type { StartupPlan } from '../../../cli/startup/startup-plan.ts'
import { failsWith } from '../../fails.ts'
import { doing, info } from './doing.ts'

test('run() shows the unit that starts a host at boot, where it listens now, and changes nothing', async () => {
  const { value, asked } = await doing(
    run,
    { options: { print: true, port: '4321' }, json: true },
    { 'host.info': info },
  )
  const { unit, file, commands } = value as StartupPlan
  assert.match(unit, /^ExecStart=.*host.*start.*--port.*4321.*--host.*127\.0\.0\.1/m)
  assert.match(file, /p8a.*\.service$/)
  assert.ok(commands.length > 0)
  assert.equal(
    asked.map(([method]) => method),
    ['host.info'],
  )
})

test('run() shows what would be undone', async () => {
  const { text } = await doing(run, { options: { print: true, remove: true } }, { 'host.info': info })
  assert.match(text, 'systemctl')
})

test('run() knows systemd by its name, and no other', async () => {
  const named = { args: ['systemd'], options: { print: true as const } }
  assert.match((await doing(run, named, { 'host.info': info })).text, 'systemctl')
  const other = { args: ['upstart'], options: { print: true as const } }
  await failsWith('unsupported', () => doing(run, other, { 'host.info': info }))
})

test.run()
