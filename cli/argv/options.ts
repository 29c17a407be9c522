// The options of one command line, as texts. It knows nothing of which command they belong to.
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import { ofOption, wrongOption } from './wrong-option.ts'

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
   * What a reader makes of its value, at once or later; undefined if it was not given.
   * @throws {P8aError} what the reader throws, as an error of this option
   */
  read<T>(name: string, reader: (value: string) => T): T | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : readAs(name, value, reader)
  }

  /** The same for each of its values. */
  readAll<T>(name: string, reader: (value: string) => T): T[] {
    return this.all(name).map(value => readAs(name, value, reader))
  }

  /**
   * Its value as a duration in ms, such as `10s`.
   * @throws {P8aError} `usage` if it is none
   */
  milliseconds(name: string): number | undefined {
    const value = this.text(name)
    const problem = value === undefined ? undefined : durationProblem(value)
    if (problem === undefined) return value === undefined ? undefined : durationMs(value)
    throw wrongOption({ option: name, value: String(value) }, { why: `it ${problem}` })
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
    return this.read(name, value => wholeNumber(value, { what: `--${name}`, least, most, ...(code && { code }) }))
  }
}

function readAs<T>(option: string, value: string, reader: (value: string) => T): T {
  try {
    const read = reader(value)
    if (!(read instanceof Promise)) return read
    return read.catch((error: unknown) => {
      throw ofOption(error, { option, value })
    }) as T
  } catch (error) {
    throw ofOption(error, { option, value })
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
  const problem = `it is not a whole number from ${span}`
  throw new P8aError(range.code ?? 'usage', `Cannot read ${range.what} ${JSON.stringify(value)}: ${problem}`, {
    facts: { value, problem },
  })
}

/** A version as people type it: `3`, or as it is shown, `v3`. @throws {P8aError} `usage` */
export function versionOf(given: string): number {
  return wholeNumber(given.replace(/^v/, ''), { what: 'the version', least: 1, most: Number.MAX_SAFE_INTEGER })
}
