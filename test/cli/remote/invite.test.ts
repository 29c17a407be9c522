import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatInvite, isInvite, parseInvite } from '../../../cli/remote/invite.ts'
import { failsWith } from '../../fails.ts'

const invite = { address: 'tls://192.0.2.1:3000', fingerprint: 'AB:CD', token: 'the-secret', path: 'inner' }

test('parseInvite() reads what formatInvite() made, with and without what may be left out', () => {
  for (const each of [invite, { address: 'localhost:1', token: 'x' }]) {
    const text = formatInvite(each)
    assert.ok(isInvite(text))
    assert.match(text, /^p8a_[\w-]+$/)
    assert.equal(parseInvite(text), each)
  }
  assert.not.ok(isInvite('localhost:3000'))
})

test('parseInvite() refuses one of which a part is missing, and does not show it', async () => {
  const whole = formatInvite(invite)
  const wrong = (value: unknown) => `p8a_${Buffer.from(JSON.stringify(value)).toString('base64url')}`
  for (const text of [
    whole.slice(0, -10),
    'p8a_',
    'p8a_nonsense',
    wrong({ a: 'x' }),
    wrong({ a: 5, t: 'x' }),
    wrong(null),
  ]) {
    const { message, hint } = await failsWith('bad_address', () => parseInvite(text))
    assert.not.ok(`${message}${hint}`.includes(text.slice(4) || 'secret'), text)
  }
})

test.run()
