// Which hosts a call of a pod of the fleet goes to, by what they tell of it. What a host answers is that of the test.
import type { P8a } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Calling } from '../../../../pods/fleet/host/calling.ts'
import { pack } from '../../../../pods/fleet/host/messages.ts'
import type { Tables } from '../../../../pods/fleet/host/tables.ts'
import { BusError, type BusPort } from '../../../../pods/fleet/port/ports.ts'
import type { HostRecord, Report } from '../../../../pods/fleet/records.ts'
import { errorOf } from '../../../fails.ts'
import { report } from '../joined.ts'

/** A call at the host a. @returns the hosts that were asked, in order, none of which has done it */
async function askedOf(parts: Record<string, Partial<Report>>) {
  const asked: string[] = []
  const refusal = Object.assign(new Error('it is waiting'), { code: 'pod_not_up' })
  const p8a = {
    pod: () => ({
      fn: () => {
        asked.push('a')
        const call = Object.assign(Promise.reject(refusal), {
          [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(refusal) }),
        })
        call.catch(() => {})
        return call
      },
    }),
  } as unknown as P8a
  const bus = {
    publish: () => true,
    request: async (subject: string) => {
      asked.push(subject.split('.')[1] ?? '')
      throw new BusError('not_delivered', 'nobody is there')
    },
  } as unknown as BusPort
  const hosts = Object.entries(parts).map(([name, part]) => ({ name, pods: { web: { ...report, ...part } } }))
  const calling = new Calling({
    ...{ p8a, path: 'fleet.a', host: 'a', engine: { bus }, isAlive: () => true },
    tables: { hostsWith: () => hosts as unknown as HostRecord[], pods: new Map() },
  })
  // Whoever waits no more asks each host once.
  const called = { name: 'web', fn: 'fn', args: [], timeoutMs: 1000, signal: AbortSignal.abort() }
  const { code } = (await errorOf(async () => await calling.call(called))) as Error & { code: string }
  return [...asked, code]
}

/** A call at the host a of a pod on b, which answers each time as it is told. @returns what came of it, and how often b was asked */
async function calledAt(
  answers: ((asked: number) => Uint8Array)[],
  { isAlive = (): boolean => true, waits = '' } = {},
) {
  let asked = 0
  const bus = {
    publish: () => true,
    request: async () => (answers[Math.min(asked++, answers.length - 1)] as (typeof answers)[number])(asked),
  } as unknown as BusPort
  const calling = new Calling({
    ...{ p8a: {} as P8a, path: 'fleet.a', host: 'a', engine: { bus }, isAlive },
    tables: {
      hostsWith: () => [{ name: 'b', pods: { web: report } }] as unknown as HostRecord[],
      pods: new Map([['web', { record: { waits } }]]) as unknown as Tables['pods'],
    },
  })
  const signal = new AbortController().signal
  const came = await calling
    .call({ name: 'web', fn: 'fn', args: [], timeoutMs: 600_000, signal })
    .catch(({ code }) => code)
  return { came, asked }
}

const refused = (why: 'not_delivered' | 'unknown') => () => {
  throw new BusError(why, 'it is replaced')
}

test('a call that nobody has got is tried again as long as its host seems to be there; any other one is not', async () => {
  const done = () => pack({ value: { value: 7 } })
  const away = refused('not_delivered')
  assert.equal(await calledAt([away, away, done]), { came: { value: 7 }, asked: 3 })
  assert.equal(await calledAt([away, refused('unknown'), done]), { came: 'outcome_unknown', asked: 2 })
  // It is silent for a while: each time it is looked at twice, once for what it has lost.
  let looks = 0
  const isAlive = () => looks++ === 0 || looks > 5
  assert.equal(await calledAt([away, done], { isAlive }), { came: { value: 7 }, asked: 2 })
  // It is gone, and its pod waits for room elsewhere.
  assert.equal(await calledAt([done], { isAlive: () => false, waits: 'no host has room' }), {
    came: 'pod_not_up',
    asked: 0,
  })
  // The pod itself has asked somebody who was not reached.
  const failed = () => pack({ error: { message: 'no', code: 'fleet_unavailable' } })
  assert.equal(await calledAt([failed, done]), { came: 'fleet_unavailable', asked: 1 })
})

const waiting = { status: 'waiting', up: 0 } as const

test('the host that is asked comes first, and what is only just begun comes behind what is up', async () => {
  assert.equal(await askedOf({ b: {}, a: {} }), ['a', 'b', 'fleet_unavailable'])
  assert.equal(await askedOf({ a: waiting, b: {} }), ['b', 'a', 'pod_not_up'])
})

test('a pod that is being waked is called where it is, here or elsewhere, and waited for there', async () => {
  assert.equal(await askedOf({ a: waiting }), ['a', 'pod_not_up'])
  assert.equal(await askedOf({ b: waiting }), ['b', 'fleet_unavailable'])
})

test('a pod that is down everywhere is called nowhere', async () => {
  assert.equal(await askedOf({ a: { status: 'error', up: 0 }, b: { status: 'idle', up: 0 } }), ['pod_not_up'])
})

test.run()
