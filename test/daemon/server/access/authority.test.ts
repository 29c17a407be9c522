// Who a token is, how wrong ones are counted, and that what a token holds ends with it. Tokens and clock are the test's.
import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Authority } from '../../../../daemon/server/access/authority.ts'
import type { Token, Tokens } from '../../../../daemon/server/access/tokens.ts'
import type { HostLog } from '../../../../daemon/system/host-log.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'

const settings = { ...defaultSettings, maxWrongTokens: 3, wrongTokenWindow: 60_000 }

function world() {
  const token: Token = { name: 'ci', role: 'deploy', path: 'inner', hash: Buffer.alloc(32) }
  const at = { nowMs: 0, isValid: true, token, said: [] as string[] }
  const tokens = {
    remove: (_: Token) => {},
    whenRemoved: (onRemoved: (token: Token) => void) => {
      tokens.remove = onRemoved
    },
    find: (secret: unknown) => (secret === 'right' && at.isValid ? token : undefined),
    findExpired: (secret: unknown) => (secret === 'old' ? { ...token, expiresAtMs: 0 } : undefined),
    isValid: () => at.isValid,
  }
  const clock = { nowMs: () => at.nowMs, wallMs: () => at.nowMs }
  const log = { warn: (_: string, message: string) => at.said.push(message) } as unknown as HostLog
  const authority = new Authority({ tokens: tokens as unknown as Tokens, settings, clock, log })
  return { ...at, at, tokens, authority }
}

const refusalOf = (verdict: ReturnType<Authority['judge']>) => ('refusal' in verdict ? verdict.refusal : undefined)

test('judge() says who a right token is', () => {
  const verdict = world().authority.judge('right', '192.0.2.1')
  assert.ok('identity' in verdict)
  const { name, role, path } = verdict.identity
  assert.equal([name, role, path], ['ci', 'deploy', 'inner'])
})

test('judge() counts wrong tokens by address, shuts that one out, and lets it in again when the window is over', () => {
  const { authority, at } = world()
  for (let nth = 0; nth < 3; nth++) assert.is(refusalOf(authority.judge('wrong', '192.0.2.1')), 'The token is wrong')
  assert.match(refusalOf(authority.judge('right', '192.0.2.1')) ?? '', /Too many wrong tokens .* wait 60 s/)
  assert.is(refusalOf(authority.judge('right', '192.0.2.2')), undefined, 'another address')
  at.nowMs = 59_999
  assert.match(refusalOf(authority.judge('right', '192.0.2.1')) ?? '', /wait 1 s/)
  at.nowMs = 60_000
  assert.is(refusalOf(authority.judge('right', '192.0.2.1')), undefined)
  assert.equal(at.said, ['a wrong token', 'tokens from that address are refused for a while'])
})

test('judge() says of an expired token that it is expired, and does not count it as a wrong one', () => {
  const { authority, at } = world()
  for (let nth = 0; nth < 9; nth++)
    assert.is(refusalOf(authority.judge('old', '192.0.2.1')), 'The token "ci" expired at 1970-01-01T00:00:00.000Z')
  assert.equal(at.said, [])
})

test('hold() ends what a token opened when it is removed, once, and not what was let go', () => {
  const { authority, tokens, token } = world()
  const identity = { name: 'ci', role: 'deploy', path: '', token } as const
  const ended: string[] = []
  authority.hold(identity, () => ended.push('one'))
  const letGo = authority.hold(identity, () => ended.push('two'))
  letGo()
  tokens.remove(token)
  tokens.remove(token)
  assert.equal(ended, ['one'])
})

test('hold() ends what a token opened soon after its time is over', () => {
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    const { authority, at, token } = world()
    token.expiresAtMs = 5000
    let ended = 0
    authority.hold({ name: 'ci', role: 'deploy', path: '', token }, () => ended++)
    mock.timers.tick(4000)
    assert.is(ended, 0)
    at.isValid = false
    mock.timers.tick(1000)
    assert.is(ended, 1)
  } finally {
    mock.timers.reset()
  }
})

test.run()
