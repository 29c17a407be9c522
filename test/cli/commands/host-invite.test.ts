import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-invite.ts'
import { parseInvite } from '../../../cli/remote/invite.ts'
import { failsWith } from '../../fails.ts'
import { doing, info } from './doing.ts'

const made = { name: 'ci', role: 'deploy', path: '', createdAt: '2026-11-20T10:00:00.000Z', token: 'the-secret' }
const answers = {
  'host.info': info,
  'host.token.list': { tokens: [1, 3].map(nth => ({ name: `invite-${nth}`, role: 'deploy', path: '' })) },
  'host.token.add': made,
}

test('run() prints one string with address, token and fingerprint', async () => {
  const at = { ...info, addresses: ['tls://192.0.2.1:3000'], fingerprint: 'AB:CD' }
  const { text, asked } = await doing(run, { args: ['ci'] }, { ...answers, 'host.info': at })
  assert.equal(parseInvite(text), { address: 'tls://192.0.2.1:3000', fingerprint: 'AB:CD', token: 'the-secret' })
  assert.is(asked[1]?.[1].name, 'ci')
})

test('run() finds a name of its own for the token', async () => {
  const { asked } = await doing(run, { options: { address: 'localhost:3000' } }, answers)
  assert.is(asked.at(-1)?.[1].name, 'invite-2')
})

test('run() warns where the address speaks no TLS, and pins nothing', async () => {
  const { text, told } = await doing(run, { options: { address: '192.0.2.1:3000' } }, answers)
  assert.is(parseInvite(text).fingerprint, undefined)
  assert.match(told, 'TLS is off at 192.0.2.1:3000')
})

test('run() cannot invite to a host that answers on this machine only', async () => {
  await failsWith('unsupported', () => doing(run, {}, answers))
})

test.run()
