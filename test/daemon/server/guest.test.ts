// A client from its first token to its end. Not here: who a token is (access/authority.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority, Identity } from '../../../daemon/server/access/authority.ts'
import { Guest } from '../../../daemon/server/guest.ts'

const ci: Identity = { name: 'ci', role: 'deploy', path: '' }
const other: Identity = { name: 'other', role: 'read', path: '' }
const presented: Identity = { name: 'local', role: 'admin', path: '', from: 'shell 192.0.2.7' }

function guest(options: { isLocal?: boolean } = {}) {
  const events: string[] = []
  const held = new Map<Identity, () => void>()
  const authority = {
    judge: (token: unknown) =>
      token === 'right'
        ? { identity: ci }
        : token === 'other'
          ? { identity: other }
          : { refusal: 'The token is wrong' },
    presented: (ticket: unknown) => (ticket === 'ticket' ? presented : undefined),
    isValid: () => true,
    hold: (identity: Identity, end: () => void) => {
      held.set(identity, end)
      return () => void held.delete(identity)
    },
  } as unknown as Authority
  const visitor = { address: '192.0.2.1', welcome: () => void events.push('welcome') }
  const made = new Guest({
    authority,
    visitor: options.isLocal ? undefined : visitor,
    onKnown: () => events.push('known'),
    onEnded: () => events.push('ended'),
  })
  return { guest: made, events, held }
}

test('a Guest by the Unix socket is known from the start', () => {
  const { guest: local } = guest({ isLocal: true })
  assert.equal([local.identity?.name, local.address], ['local', 'unix'])
  const { guest: visitor } = guest()
  assert.equal([visitor.identity, visitor.address], [undefined, '192.0.2.1'])
})

test('authorize() makes it known by a right token, and not by a wrong one', () => {
  const { guest: visitor, events } = guest()
  assert.equal(visitor.authorize('wrong'), { refusal: 'The token is wrong' })
  assert.equal([visitor.identity, events], [undefined, []])
  assert.equal(visitor.authorize('right'), { identity: ci })
  assert.equal([visitor.identity, events], [ci, ['welcome', 'known']])
})

test('authorize() ends with the token that was last, and holds the one before no more', () => {
  const { guest: visitor, events, held } = guest()
  visitor.authorize('right')
  visitor.authorize('other')
  assert.equal([...held.keys()], [other])
  held.get(other)?.()
  assert.ok(events.includes('ended'))
  visitor.leave()
  assert.is(held.size, 0)
})

test('authorize() takes a ticket by the Unix socket alone', () => {
  const { guest: local } = guest({ isLocal: true })
  assert.equal(local.authorize('ticket'), { identity: presented })
  assert.is(local.identity, presented)
  const { guest: visitor } = guest()
  assert.ok('refusal' in visitor.authorize('ticket'))
})

test('atone() costs time after a wrong token, once, unless it leaves', async () => {
  const { guest: visitor } = guest()
  const atoning: Promise<void>[] = []
  /** Whether it has to wait. */
  const costs = async () => {
    let isOver = false
    atoning.push(
      visitor.atone(60_000).then(() => {
        isOver = true
      }),
    )
    await new Promise(resolve => setImmediate(resolve))
    return !isOver
  }
  assert.is(await costs(), false)
  visitor.authorize('wrong')
  assert.equal([await costs(), await costs()], [true, false])
  visitor.authorize('right')
  assert.is(await costs(), false)
  visitor.leave()
  await Promise.all(atoning)
  visitor.authorize('wrong')
  assert.is(await costs(), false)
})

test('leave() aborts what waits for it', () => {
  const { guest: visitor } = guest()
  assert.is(visitor.signal.aborted, false)
  visitor.leave()
  assert.is(visitor.signal.aborted, true)
})

test.run()
