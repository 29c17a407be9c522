// Regular expressions that people write, on names of pods. They are matched as RE2 does, in a time that grows with the length of name and
// pattern alone: no pattern takes seconds, however slow the machine is. What cannot be matched so (look-ahead, `\1`) is refused.
import { RE2JS } from 're2js'

/** How long a pattern may be. */
export const maxLength = 1000

export class Pattern {
  #expression: RE2JS

  /** @throws {Error} what is wrong with it */
  constructor(text: string) {
    const named = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
    if (text.length > maxLength) throw new Error(`${named} has more than ${maxLength} characters`)
    try {
      // It has to be whole by itself: "a)(b" is none.
      RE2JS.compile(text)
      this.#expression = RE2JS.compile(`^(?:${text})$`)
    } catch (error) {
      throw new Error(`${named}: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`)
    }
  }

  /** Matches a whole name. @returns what the groups have, `$0` first; undefined if it does not match */
  match(name: string): readonly string[] | undefined {
    const matcher = this.#expression.matcher(name)
    if (!matcher.matches()) return undefined
    return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? '')
  }
}

/** Puts what was matched in the place of `$1`. */
export function filled(template: string, match: readonly string[]): string {
  return template.replace(/\$(\d)/g, (_, digit: string) => match[Number(digit)] ?? '')
}
