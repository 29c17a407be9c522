import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestRates } from '../../../daemon/verbs/request-rates.ts'
import { keyOf } from '../../../protocol/changes.ts'

const of = (ok: number, failed = 0) => ({ statuses: { '2xx': ok, '5xx': failed }, open: 0, sockets: 0, waiting: 0 })
type Answer = Record<string, Record<string, ReturnType<typeof of>>>

/** What is told at each look, ten seconds apart, of gateways by their full names. */
async function rates(...answers: Answer[]): Promise<Record<string, number>[]> {
  let nowMs = 0
  let answer: Answer = {}
  const gateways = async () =>
    Object.entries(answer).map(([full, pods]) => {
      const [name = '', ...path] = full.split('.').reverse()
      return { path: path.reverse().join('.'), name, pods: Object.entries(pods) }
    })
  const rates = new RequestRates(gateways, { nowMs: () => nowMs })
  const told = []
  for (const each of answers) {
    answer = each
    nowMs += 10_000
    told.push(Object.fromEntries(await rates.look()))
  }
  return told
}

const [web, deep] = [keyOf({ path: '', name: 'web' }), keyOf({ path: 'lab.inner', name: 'web' })]

test('RequestRates tells what was counted between two looks, by pod, of all gateways together', async () => {
  const told = await rates(
    { front: { web: of(100) }, 'lab.front': { 'inner.web': of(1) } },
    { front: { web: of(110, 10), '-': of(0, 7), 'lab.inner.web': of(5) }, 'lab.front': { 'inner.web': of(6) } },
  )
  assert.equal(told, [{}, { [web]: 2, [deep]: 1 }])
})

test('RequestRates tells nothing of a gateway that did not answer, and no burst once it does or begins anew', async () => {
  const told = await rates(
    { front: { web: of(100) } },
    {},
    { front: { web: of(5000) } },
    { front: { web: of(20) } },
    { front: { web: of(30) } },
  )
  assert.equal(told, [{}, {}, {}, { [web]: 0 }, { [web]: 1 }])
})

test.run()
