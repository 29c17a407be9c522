import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-upgrade.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing, info } from './doing.ts'

const begun = {
  id: 'a',
  from: '0.1.0',
  to: '0.2.0',
  at: '2026-11-20T10:00:00.000Z',
  outcome: 'under way',
} as const

/** What the command says where an upgrade comes to this. */
async function upgraded(outcome: object, from = '0.1.0') {
  using at = scratch()
  mkdirSync(at.path('dist'))
  writeFileSync(at.path('dist/daemon.cjs'), '')
  writeFileSync(at.path('package.json'), '{"name": "p8a"}')
  const upgrade = { ...begun, from, folder: at.dir }
  const host = { 'host.upgrade': upgrade, 'host.info': { ...info, upgrade: { ...upgrade, ...outcome } } }
  return await doing(run, { args: [at.dir] }, host)
}

test('run() says which version is the host now', async () => {
  const { text, asked } = await upgraded({ outcome: 'done' })
  assert.match(text, /^The host is upgraded from 0\.1\.0 to 0\.2\.0: pid \d+, with \d+ runs? that went on/)
  assert.is(asked[0]?.[1].node, process.execPath)
  assert.match((await upgraded({ outcome: 'done' }, '0.2.0')).text, /^The host is another process of version 0\.2\.0/)
})

test('run() fails where the version before is back, and says why', async () => {
  const error = await failsWith('upgrade_failed', () => upgraded({ outcome: 'failed', why: 'it hung' }))
  assert.match(error.message, /not upgraded to 0\.2\.0: it hung/)
  assert.match(error.hint ?? '', /is back, as process/)
})

test('run() asks no host where there is no such installation', async () => {
  await failsWith('file_not_found', () => doing(run, { args: ['./not-there'] }, {}))
})

test.run()
