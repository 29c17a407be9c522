// What the fuzzer tries: a part of p8a, inputs for it, and what must hold for each of them.
import fc from 'fast-check'

/** A part under attack. */
export type Target = {
  id: string
  /** What must hold, in a line. */
  promise: string
  open(): Attack | Promise<Attack>
}

/** A target with all that its inputs are tried on. */
export type Attack = {
  property: fc.IAsyncProperty<unknown>
  /** What is asked of it once all inputs were tried; throws where it does not hold. */
  close?: () => Promise<void>
}

export type Budget = { seed: number; inputs: number; limitMs?: number }

export type Outcome = {
  inputs: number
  /** The smallest input that breaks the promise, and how; undefined where it held. */
  failure: string | undefined
}

/** The input of each property that is being tried: when the time is over, fast-check leaves it alone in the middle. */
const underWay = new WeakMap<object, Promise<void>>()

/** A property of one input. */
export function holdsFor<T>(inputs: fc.Arbitrary<T>, check: (input: T) => void | Promise<void>): Attack['property'] {
  const property = fc.asyncProperty(inputs, async input => {
    const checking = Promise.resolve(input).then(check)
    underWay.set(property, checking)
    await checking
  })
  // fast-check keeps what it generated to itself, so that the type of the inputs matters to nobody else.
  return property as unknown as Attack['property']
}

/** Tries a target. The same seed tries the same inputs. */
export async function attack(target: Target, { seed, inputs, limitMs }: Budget): Promise<Outcome> {
  const { property, close } = await target.open()
  const limits = limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false }
  const outcome: Outcome = { inputs: 0, failure: undefined }
  try {
    const details = await fc.check(property, { seed, numRuns: inputs, ...limits })
    const last = await underWay.get(property)?.then(() => undefined, stackOf)
    outcome.inputs = details.numRuns + (details.interrupted ? 1 : 0)
    const report = () => `${fc.defaultReportMessage(details)}\n${stackOf(details.errorInstance)}`
    // Without a counterexample it is the time that was over, maybe before the first input was tried to its end.
    outcome.failure = details.counterexample === null ? last : report()
  } finally {
    await Promise.resolve(close?.()).catch(error => {
      outcome.failure ??= stackOf(error)
    })
  }
  return outcome
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
