// What services say by systemd's protocol. Not here: what a host makes of it (daemon/pod/kept-runs.test.ts).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ServiceSaid } from '../../../protocol/keeper.ts'
import { hearNotices, readNotice } from '../../../shim/keeper/notices.ts'
import { needs } from '../../needs.ts'
import { notifyProgram } from '../../paths.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const withFfi = needs(test, 'node:ffi')

test('readNotice() takes READY=1 and the last STATUS, and nothing else', () => {
  const cases: [string, ServiceSaid | undefined][] = [
    ['READY=1', { ready: true }],
    ['READY=1\n', { ready: true }],
    ['READY=1\nSTATUS=hi there', { ready: true, text: 'hi there' }],
    ['STATUS=a=b\nMAINPID=3', { text: 'a=b' }],
    ['STATUS=', { text: '' }],
    ['READY=0', undefined],
    ['READY=10', undefined],
    ['BARRIER=1', undefined],
    ['WATCHDOG=1\nX_READY=1', undefined],
    ['', undefined],
  ]
  for (const [datagram, said] of cases) assert.equal(readNotice(datagram), said, datagram)
})

async function say(path: string, ...texts: string[]): Promise<void> {
  const child = spawn(process.execPath, [notifyProgram, ...texts], { env: { NOTIFY_SOCKET: path }, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  assert.is(code, 0)
}

withFfi('hearNotices() hears each datagram by itself, and goes on after an empty one', async () => {
  using at = scratch()
  const said: ServiceSaid[] = []
  const notices = hearNotices(at.path('said'), one => void said.push(one))
  await say(at.path('said'), 'STATUS=one', 'READY=1', '')
  await until(() => said.length === 2, 'both are heard')
  await until(async () => {
    await say(at.path('said'), 'STATUS=two')
    return said.length > 2
  }, 'it hears again')
  assert.equal(said.slice(0, 3), [{ text: 'one' }, { ready: true }, { text: 'two' }])
  notices?.close()
  assert.not(existsSync(at.path('said')))
})

withFfi('hearNotices() takes the place of a socket that was left there, and says where none can be made', () => {
  using at = scratch()
  const path = at.file('said', '')
  hearNotices(path, () => {})?.close()
  assert.not(existsSync(path))
  assert.is(
    hearNotices(at.path('no/such/folder'), () => {}),
    undefined,
  )
  assert.is(
    hearNotices(at.path('x'.repeat(200)), () => {}),
    undefined,
  )
})

test.run()
