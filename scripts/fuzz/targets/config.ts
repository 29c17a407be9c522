// A config, a duration and the parameters of every method: read into what the host goes by, or refused by name.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseParams } from '../../../daemon/verbs/params.ts'
import { parseConfig } from '../../../protocol/config.ts'
import { durationMs, maxDurationMs } from '../../../protocol/duration.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { type MethodName, methods } from '../../../protocol/methods.ts'
import { mergeConfig, policyOf } from '../../../protocol/policy.ts'
import { oddValue } from '../garbage.ts'
import { config, paramsOf } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'

const names = Object.keys(methods) as MethodName[]
const call = fc
  .constantFrom(...names)
  .chain(name => fc.tuple(fc.constant(name), fc.oneof({ weight: 5, arbitrary: paramsOf(name) }, oddValue)))
const inputs = fc.tuple(fc.oneof({ weight: 3, arbitrary: config }, oddValue), oddValue, call)

export const configs: Target = {
  id: 'config',
  promise: 'a config and parameters are read into what they say, or refused with the key that is wrong',
  open: () => ({
    property: holdsFor(inputs, ([config, duration, [method, params]]) => {
      const read = refusedOr(['bad_config'], () => parseConfig(config))
      if (read) {
        assert.deepEqual(parseConfig(read), read)
        // Without an end of attempts there is no number of them.
        const { giveUpAfter, ...policy } = policyOf(mergeConfig(read, read))
        const numbers = Object.values(policy).filter(value => typeof value === 'number')
        assert.ok(numbers.every(value => value >= 0 && value <= maxDurationMs))
        assert.ok(giveUpAfter === Number.POSITIVE_INFINITY || Number.isInteger(giveUpAfter))
      }
      if (typeof duration === 'string' || typeof duration === 'number') {
        const ms = durationMs(duration)
        assert.ok(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= maxDurationMs))
      }
      refusedOr(['bad_config', 'bad_params'], () => parseParams(method, params))
    }),
  }),
}

function refusedOr<T>(codes: string[], work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof P8aError && codes.includes(error.code), String((error as Error).stack))
    return undefined
  }
}
