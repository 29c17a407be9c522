// The options of one command line, as texts. It knows nothing of which command they belong to.
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'

export class Options {
  #values = new Map<string, string[]>()

  add(name: string, value: string): void {
    this.#values.set(name, [...this.all(name), value])
  }

  /** Whether the option was given. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** Its value; the last one if it was given more than once. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  /** All its values, in order. */
  all(name: string): string[] {
    return this.#values.get(name) ?? []
  }

  /**
   * Its value as a duration in ms, such as `10s`.
   * @throws {P8aError} `usage` if it is none
   */
  milliseconds(name: string): number | undefined {
    const value = this.text(name)
    const problem = value === undefined ? undefined : durationProblem(value)
    if (problem === undefined) return value === undefined ? undefined : durationMs(value)
    throw new P8aError('usage', `Cannot read --${name} ${JSON.stringify(value)}: it ${problem}`, {
      facts: { option: name, value },
    })
  }

  /**
   * Its value as a whole number.
   * @param range.code what a host calls the mistake, where it would see it
   * @throws {P8aError} `usage` or `range.code` if it is not a whole number from `least` to `most`
   */
  wholeNumber(
    name: string,
    { least = 0, most = Number.MAX_SAFE_INTEGER, code }: Partial<Omit<Parameters<typeof wholeNumber>[1], 'what'>> = {},
  ): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    return wholeNumber(value, { what: `--${name}`, least, most, ...(code && { code }) })
  }
}

/**
 * Reads a whole number as people type it: digits only.
 * @param range.what how the message names it
 * @param range.code what a host would call the mistake, where it would see it
 * @throws {P8aError} `usage` or `range.code`, naming the value
 */
export function wholeNumber(
  value: string,
  range: { what: string; least: number; most: number; code?: 'usage' | 'bad_params' },
): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= range.least && number <= range.most) return number
  const span = range.most === Number.MAX_SAFE_INTEGER ? `${range.least} up` : `${range.least} to ${range.most}`
  throw new P8aError(
    range.code ?? 'usage',
    `Cannot read ${range.what} ${JSON.stringify(value)}: it is not a whole number from ${span}`,
    {
      facts: { value },
    },
  )
}

/** A version as people type it: `3`, or as it is shown, `v3`. @throws {P8aError} `usage` */
export function versionOf(given: string): number {
  return wholeNumber(given.replace(/^v/, ''), { what: 'the version', least: 1, most: Number.MAX_SAFE_INTEGER })
}
