// Regular expressions that people write, on names of pods. One that would take seconds to match is ended after a moment: V8 ends a script
// that takes too long, also within an expression.
import { createContext, Script } from 'node:vm'

/** How long all names together may take. */
const limitMs = 200

const script = new Script(`(() => {
  const expression = new RegExp('^(?:' + pattern + ')$')
  return JSON.stringify(names.map(name => expression.exec(name)))
})()`)

/**
 * Matches whole names.
 * @returns by the names that match: what the groups of the pattern have, `$0` first
 * @throws {Error} what is wrong with the pattern
 */
export function matching(pattern: string, names: readonly string[]): Map<string, readonly string[]> {
  const context = createContext({ pattern, names })
  let found: string
  try {
    found = String(script.runInContext(context, { timeout: limitMs }))
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new Error(`pattern ${JSON.stringify(pattern)}: ${message}`)
    throw new Error(`pattern ${JSON.stringify(pattern)} takes more than ${limitMs} ms to match`)
  }
  const all = JSON.parse(found) as ((string | null)[] | null)[]
  return new Map(
    names.flatMap((name, at) => {
      const match = all[at]
      return match ? [[name, match.map(part => part ?? '')] as const] : []
    }),
  )
}

/** Puts what was matched in the place of `$1`. */
export function filled(template: string, match: readonly string[]): string {
  return template.replace(/\$(\d)/g, (_, digit: string) => match[Number(digit)] ?? '')
}
