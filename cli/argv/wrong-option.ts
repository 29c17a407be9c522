// What is wrong with the value of an option. Whatever it is, it is wrong usage: the error names option and value as facts, and
// so ends with 2. Nobody parses a message for that.
import { P8aError } from '../../protocol/errors.ts'
import type { Hint } from '../../protocol/hint.ts'
import { quote } from '../../protocol/names.ts'

type Typed = { option: string; value: string }

/** @param more.why behind the value: `it is not a whole number` */
export function wrongOption({ option, value }: Typed, { why, hint }: { why: string; hint?: Hint }): P8aError {
  return new P8aError('usage', `Cannot read --${option} ${quote(value)}: ${why}`, {
    ...(hint !== undefined && { hint }),
    facts: { option, value },
  })
}

/**
 * What a reader threw that knows no option, as an error of the option whose value it read. The reader says by the fact `problem`
 * what is wrong with the value.
 */
export function ofOption(error: unknown, { option, value }: Typed): unknown {
  if (!(error instanceof P8aError) || error.facts.option !== undefined || error.facts.variable !== undefined)
    return error
  const { code, message, steps, facts } = error
  const { problem, ...told } = facts
  const why = typeof problem === 'string' ? problem : message
  return new P8aError(code, `Cannot read --${option} ${quote(value)}: ${why}`, {
    hint: steps,
    facts: { ...told, option, value },
    cause: error,
  })
}
