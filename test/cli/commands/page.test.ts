import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/page.ts'
import { failsWith } from '../../fails.ts'
import { doing, info } from './doing.ts'

const answers = {
  'host.info': { ...info, addresses: ['127.0.0.1:3900'] },
  'host.page.code': { code: 'once', expiresAt: '2026-11-20T10:01:00.000Z' },
}

test('run() prints a link alone on stdout, and beside it what it is worth', async () => {
  const { text, told, asked } = await doing(run, { args: ['local'] }, answers)
  assert.is(text, 'http://127.0.0.1:3900/#code=once')
  assert.match(told, 'Open it in a browser: it lets in once')
  assert.equal(asked.at(-1), ['host.page.code', {}])
})

test('run() asks for less rights where it is told to, and refuses a role that there is not', async () => {
  const { asked } = await doing(run, { args: ['local'], options: { role: 'read' } }, answers)
  assert.equal(asked.at(-1), ['host.page.code', { role: 'read' }])
  await failsWith('usage', () => doing(run, { args: ['local'], options: { role: 'root' } }, answers))
})

test('run() answers the link as JSON', async () => {
  const { value } = await doing(run, { args: ['local'], json: true }, answers)
  assert.equal(value, { url: 'http://127.0.0.1:3900/#code=once', expiresAt: '2026-11-20T10:01:00.000Z' })
})

test.run()
