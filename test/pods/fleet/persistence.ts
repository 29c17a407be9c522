// What whoever uses an engine does where the network tells no outcome, or an old value: it asks again, and lets compare-and-set decide. Where nothing
// is lost, each thing is asked for once, and has to be right.
import * as assert from 'uvu/assert'
import type { Engine, Expected, Outcome, Rev, StatePort } from '../../../pods/fleet/port/ports.ts'
import { BusError } from '../../../pods/fleet/port/ports.ts'
import { until } from '../../until.ts'

export const bytes = (text: string) => Buffer.from(text)
export const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString()

export function gotten<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.why}: ${outcome.message}`)
}

const what = 'there is an outcome'

/** @param isLossy whether outcomes may be unknown, and what is read old */
export function persistence(isLossy: boolean) {
  const again = async <T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> => {
    if (!isLossy) return await ask()
    const found = await until(
      async () => {
        const answer = await ask()
        return isIt(answer) && { answer }
      },
      what,
      { everyMs: 1 },
    )
    return found.answer
  }

  /** What may be asked for twice. @returns what has come of it at last */
  const told = async <T>(ask: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    await again(ask, outcome => outcome.ok || outcome.why !== 'unknown')

  /** @returns whether it was this attempt that was told, or one before it whose outcome was not */
  const changed = async <T>(ask: () => Promise<Outcome<T>>): Promise<Outcome<T> | undefined> => {
    let attempts = 0
    const outcome = await told(async () => {
      attempts++
      return await ask()
    })
    return !outcome.ok && outcome.why === 'conflict' && attempts > 1 ? undefined : outcome
  }

  const get = async (state: StatePort, key: string, isIt: (value: string | undefined) => boolean) =>
    gotten(
      await again(
        () => state.get(key),
        found => found.ok && isIt(text(found.value?.value)),
      ),
    )

  return {
    told,

    /** Of a key that nobody else writes meanwhile; the value is not the one that was there. */
    put: async (state: StatePort, key: string, value: string, expected: Expected): Promise<Rev> => {
      const outcome = await changed(() => state.put(key, bytes(value), expected))
      return outcome ? gotten(outcome) : ((await get(state, key, found => found === value))?.rev ?? '')
    },

    del: async (state: StatePort, key: string, expected: Rev | 'any'): Promise<void> => {
      const outcome = await changed(() => state.del(key, expected))
      if (outcome) gotten(outcome)
    },

    /** That the engine has this value, or none. */
    has: async (state: StatePort, key: string, value: string | undefined): Promise<void> =>
      assert.is(text((await get(state, key, found => found === value))?.value), value),

    /** What is there, which is written once more to know it. */
    current: async (state: StatePort, key: string): Promise<string | undefined> => {
      let found: string | undefined
      await again(
        async () => {
          const entry = gotten(await state.get(key))
          found = text(entry?.value)
          return await state.put(key, bytes(found ?? ''), entry?.rev ?? 'absent')
        },
        ({ ok }) => ok,
      )
      return found
    },

    /** @returns the answer, or why there is none; `unknown` only where nothing is lost by chance */
    asked: async (engine: Engine, subject: string, frame: Uint8Array, timeoutMs: number) =>
      await again(
        () =>
          engine.bus.request(subject, frame, { timeoutMs }).then(
            answer => text(answer) ?? '',
            error => (error instanceof BusError ? error.why : (error as Error).name),
          ),
        answer => answer !== 'unknown',
      ),
  }
}

/** Without those that are as the one before. */
export const withoutRepeats = <T>(all: readonly T[]): T[] => all.filter((one, at) => at === 0 || one !== all[at - 1])
