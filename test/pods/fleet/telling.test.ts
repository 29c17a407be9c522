// What a host tells while the engine is slow to take it: on an engine within the test, whose answers to reports wait until the test lets them.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { Telling } from '../../../pods/fleet/host/telling.ts'
import { type Report, readRecord, writeRecord } from '../../../pods/fleet/records.ts'

const test = suite('telling')

const up: Report = { status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] }

/** A host that has beaten once; what it writes of its pods from then on waits for `go`. */
async function standing() {
  const hub = new Hub()
  const { state } = new EmbeddedEngine(hub)
  const at = { nowMs: 0 }
  const steps: string[] = []
  const pods: Record<string, Report> = {}
  let held: Promise<void> = Promise.resolve()
  let sessions = 0
  const self = { v: 1 as const, name: 'a', id: 'a-id', tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} }
  const telling = new Telling(
    {
      state: {
        ...state,
        put: async (key, value, expected) => {
          if (key.startsWith('report.')) await held
          else steps.push(`beat of ${readRecord('host', value)?.session}`)
          return await state.put(key, value, expected)
        },
      },
      host: 'a',
      times: { beatMs: 100, fenceMs: 60_000, deadMs: 120_000 },
      usageMs: 30_000,
      nowMs: () => at.nowMs,
      newSession: () => `s${++sessions}`,
      tell: () => self,
      known: () => ({}),
      reports: async isNow => {
        steps.push(isNow ? 'how they are now' : 'how they were told')
        return { ...pods }
      },
      endExclusive: async () => {},
      keep: async () => {},
      log: () => {},
    },
    undefined,
  )
  const beat = async () => {
    at.nowMs += 100
    await telling.look()
  }
  await beat()
  const { promise, resolve: go } = Promise.withResolvers<void>()
  held = promise
  const textOf = (pod: string) => {
    const value = hub.values.get(`report.a.${pod}`)?.value
    return value && readRecord('report', value)?.report.text
  }
  return { hub, telling, beat, steps, pods, go, textOf }
}

test('settled() waits for what is being written, and for what was asked for meanwhile', async () => {
  const { telling, beat, pods, go, textOf } = await standing()
  pods.web = { ...up, text: 'first' }
  await beat()
  pods.web = { ...up, text: 'second' }
  await beat()
  setImmediate(go)
  await telling.settled()
  assert.is(textOf('web'), 'second')
})

test('a host that was declared dead tells how its pods are now before it beats again, also while a report is under way', async () => {
  const { hub, beat, steps, pods, go, textOf } = await standing()
  const dead = readRecord('host', hub.values.get('host.a')?.value ?? Buffer.from(''))
  assert.ok(dead)
  hub.set('host.a', writeRecord('host', { ...dead, isFenced: true }))
  pods.web = { ...up, text: 'of the session before' }
  await beat()
  pods.web = { ...up, text: 'of this one' }
  steps.length = 0
  setImmediate(go)
  await beat()
  assert.equal(steps, ['how they are now', 'beat of s2'])
  assert.is(textOf('web'), 'of this one')
})

test('what is known of the engine is forgotten behind a report that is under way, and told again', async () => {
  const { hub, telling, beat, pods, go, textOf } = await standing()
  pods.web = up
  await beat()
  telling.forget()
  setImmediate(go)
  await telling.settled()
  hub.set('report.a.web', undefined)
  await beat()
  await telling.settled()
  assert.is(textOf('web'), '')
})

test.run()
