// The words behind `pod fleet VERB`: options with their values, and what stands alone.
import type { Step } from 'p8a/client'
import { plainError } from './host/errors.ts'

export type Words = {
  /** @throws {Error} naming an option that is not among them */
  only(...names: string[]): void
  has(name: string): boolean
  one(name: string): string | undefined
  all(name: string): string[]
  /** What stands alone. @throws {Error} if there is none, or another one */
  word(what: string): string
}

const seeHelp: Step = { text: 'See', do: { verb: 'help', args: ['fleet'] } }

/** Options that have no value. */
const flags = ['json']

/** @throws {Error} about an option without its value */
export function readWords(argv: readonly string[]): Words {
  const options: [string, string][] = []
  const alone: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) alone.push(word)
    else if (flags.includes(name)) options.push([name, 'true'])
    else {
      const given = value ?? argv[++at]
      if (given === undefined) throw new Error(`--${name} has no value`)
      options.push([name, given])
    }
  }
  const all = (name: string) => options.filter(([own]) => own === name).map(([, value]) => value)
  return {
    only(...names) {
      const unknown = options.find(([name]) => !names.includes(name))
      if (unknown) throw plainError(`There is no option --${unknown[0]} here`, seeHelp)
    },
    has: name => all(name).length > 0,
    one: name => all(name).at(-1),
    all,
    word(what) {
      if (alone.length !== 1) throw plainError(`Give one ${what}`, seeHelp)
      return alone[0] ?? ''
    },
  }
}
