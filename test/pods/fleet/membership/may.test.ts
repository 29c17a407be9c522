// Whether a host may have a name, move its fleet, or leave it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkLeave, checkMove, checkNames } from '../../../../pods/fleet/membership/may.ts'

/** @returns the code and message of what is refused; nothing if it may be */
function refusal(work: () => void): string {
  try {
    work()
    return ''
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    return `${code} ${message}`
  }
}

test('checkNames() takes what a label of DNS may be that begins with a letter, and _', () => {
  assert.is(
    refusal(() => checkNames(['a', 'web-1', 'x_y', 'a'.repeat(63)])),
    '',
  )
  for (const wrong of ['', '1a', 'A', 'a-', '-a', 'a.b', 'a b', 'a'.repeat(64), 'é'])
    assert.ok(refusal(() => checkNames(['ok', wrong])).startsWith(`bad_params ${JSON.stringify(wrong)}`), wrong)
})

test('checkMove() lets a host that is alone go to any engine but the one that it has', () => {
  const now = { host: 'a', hosts: ['a'], isKeeper: false }
  const rows = [
    ['embedded', { ...now, engine: 'embedded' }, /^unsupported The engine of this fleet is within this host/],
    ['nats', { ...now, engine: 'embedded' }, /^$/],
    ['own', { ...now, engine: 'embedded' }, /^$/],
    ['embedded', { ...now, engine: 'nats' }, /^$/],
    ['nats', { ...now, engine: 'nats' }, /^$/],
    ['own', { ...now, engine: 'nats', isKeeper: true }, /^unsupported This host keeps the engine/],
    ['nats', { ...now, engine: 'nats', isKeeper: true }, /^$/],
    ['nats', { ...now, engine: 'embedded', hosts: ['a', 'b', 'c'] }, /^unsupported Cannot move the fleet: .*: b, c$/],
  ] as const
  for (const [wanted, at, is] of rows)
    assert.match(
      refusal(() => checkMove(wanted, at)),
      is,
    )
})

test('checkLeave() keeps a host that others need: its engine, or the pods that it has', () => {
  const now = { host: 'a', hosts: ['a', 'b'], pods: 0, isKeeper: false, isRefused: false }
  const rows = [
    [now, /^$/],
    [{ ...now, pods: 2 }, /^pod_running Cannot leave: 2 pods of the fleet are on this host$/],
    [{ ...now, pods: 2, isRefused: true }, /^$/],
    [{ ...now, pods: 2, hosts: ['a'] }, /^$/],
    [{ ...now, isKeeper: true }, /^unsupported Cannot leave: this host keeps the engine .*: b$/],
    [{ ...now, isKeeper: true, hosts: ['a'], pods: 2 }, /^$/],
  ] as const
  for (const [at, is] of rows)
    assert.match(
      refusal(() => checkLeave(at)),
      is,
    )
})

test.run()
