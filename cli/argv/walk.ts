// Reads a command's arguments from raw argv, keeping every value exactly as typed. It knows which flags take a value
// from what it is given; it must not know any command. (cac's own parser turns "024" and "1e3" into numbers.)
import { P8aError } from '../../protocol/errors.ts'
import { nearest } from '../../protocol/nearest.ts'
import { optionElsewhere } from './elsewhere.ts'
import { Options } from './options.ts'
import { wrongOption } from './wrong-option.ts'

/** An option a command declares: `--name`, perhaps `-s`, with a value or without. */
export type Flag = { name: string; short: string | undefined; takesValue: boolean }

/** Options whose value may be any text, or none: no token, the host itself, all lines. */
const mayBeEmpty: readonly string[] = ['token', 'path', 'grep', 'message']

/**
 * `tail`: what stands behind a bare `--` of a command that takes params, as typed. For a script these are its arguments;
 * for any other pod they are the params and the (superfluous) arguments in it, of which `error` says what is wrong.
 */
export type Tail = {
  words: string[]
  before: Record<string, string>
  params: Record<string, string>
  args: string[]
  error: unknown
}

/** `shorts`: the params that were written with one dash. */
export type Walked = {
  args: string[]
  options: Options
  params: Record<string, string>
  shorts: ReadonlySet<string>
  tail?: Tail
}

/**
 * Walks `argv`.
 * - `--name value`, `--name=value`, `-n value`, `-nvalue`, `-fn value`; a repeated option keeps all its values.
 * - A dash followed by a digit is a value: `--level -3`.
 * - With `params`, an option that is not declared is a param (`'true'` without a value, the last one counts), and after
 *   a bare `--` every option is. Without, it is an error, and after `--` everything is an argument.
 * - With `tail`, what stands behind `--` is kept apart even where an option must be declared.
 * @throws {P8aError} `usage`
 */
export function walk(
  argv: readonly string[],
  { flags, params, tail: takesTail = params }: { flags: readonly Flag[]; params: boolean; tail?: boolean },
): Walked {
  const walker = new Walker(flags, params)
  const dashes = takesTail ? argv.findIndex((word, index) => word === '--' && (index > 0 || !params)) : -1
  walker.walk(dashes === -1 ? argv : argv.slice(0, dashes))
  const { args, options, shorts } = walker
  if (dashes === -1) return { args, options, shorts, params: Object.fromEntries(walker.params) }
  const tail = walkTail(argv.slice(dashes + 1), Object.fromEntries(walker.params))
  return { args, options, shorts, ...tail }
}

function walkTail(words: string[], before: Record<string, string>): Pick<Walked, 'params'> & { tail: Tail } {
  const walker = new Walker([], true)
  const tail: Tail = { words, before, params: {}, args: walker.args, error: undefined }
  try {
    walker.walk(words)
  } catch (error) {
    // A command that takes them as params reports this.
    tail.error = error
  }
  tail.params = Object.fromEntries(walker.params)
  return { params: { ...before, ...tail.params }, tail }
}

/** Errors of argv itself must come as JSON too, so this is looked for before anything is read. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
}

class Walker {
  readonly args: string[] = []
  readonly options = new Options()
  readonly params = new Map<string, string>()
  readonly shorts = new Set<string>()
  #flags: readonly Flag[]
  #takesParams: boolean
  #rest: string[] = []

  constructor(flags: readonly Flag[], takesParams: boolean) {
    this.#flags = flags
    this.#takesParams = takesParams
  }

  walk(argv: readonly string[]): void {
    this.#rest = [...argv]
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') this.#endOptions()
      else if (!isOption(word)) this.args.push(word)
      else if (word.startsWith('--')) this.#onLong(word)
      else this.#onShort(word)
    }
  }

  #endOptions(): void {
    if (this.#takesParams) this.#flags = []
    else this.args.push(...this.#rest.splice(0))
  }

  #onLong(word: string): void {
    const equals = word.indexOf('=')
    const name = word.slice(2, equals === -1 ? undefined : equals)
    const inline = equals === -1 ? undefined : word.slice(equals + 1)
    const flag = this.#flags.find(flag => flag.name === name)
    if (flag) this.#keep(flag, word, inline)
    else this.#onUnknown(name, word, inline)
  }

  #onShort(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at)
      const flag = this.#flags.find(flag => flag.short === letter)
      const inline = at + 1 < word.length ? word.slice(at + 1) : undefined
      if (!flag) {
        this.#onUnknown(letter, word, at === 1 ? inline : '')
        return
      }
      this.#keep(flag, `-${letter}`, flag.takesValue ? inline : undefined)
      if (flag.takesValue) return
    }
  }

  #keep(flag: Flag, word: string, inline: string | undefined): void {
    if (!flag.takesValue) {
      if (inline !== undefined) throw new P8aError('usage', `Cannot read "${word}": --${flag.name} takes no value`)
      this.options.add(flag.name, 'true')
      return
    }
    const value = inline ?? this.#takeValue(next => !this.#isDeclared(next))
    if (value === undefined) throw new P8aError('usage', `Cannot read "${word}": it needs a value after it`)
    if (value === '' && !mayBeEmpty.includes(flag.name))
      throw wrongOption({ option: flag.name, value }, { why: 'it is empty' })
    this.options.add(flag.name, value)
  }

  #onUnknown(name: string, word: string, inline: string | undefined): void {
    const isShort = !word.startsWith('--')
    if (!this.#takesParams || name === '' || (isShort && inline !== undefined)) throw this.#unknown(name, word)
    if (isShort) this.shorts.add(name)
    this.params.set(name, inline ?? this.#takeValue(next => !isOption(next)) ?? 'true')
  }

  #takeValue(isValue: (next: string) => boolean): string | undefined {
    const next = this.#rest[0]
    if (next === undefined || next === '--' || !isValue(next)) return undefined
    return this.#rest.shift()
  }

  /** Whether `word` is an option that the command declares: `--node-flag --expose-gc` takes its value all the same. */
  #isDeclared(word: string): boolean {
    if (!isOption(word)) return false
    const name = word.startsWith('--') ? word.slice(2).split('=', 1)[0] : undefined
    return this.#flags.some(flag => (name === undefined ? flag.short === word.charAt(1) : flag.name === name))
  }

  #unknown(name: string, word: string): P8aError {
    if (this.#takesParams) {
      return new P8aError('usage', `Cannot read ${JSON.stringify(word)}: that is not a name for a param`, {
        hint: 'A param is written --name value, or --name=value',
      })
    }
    const known = this.#flags.map(flag => flag.name)
    const same = optionElsewhere(name)
    const meant = same !== undefined && known.includes(same) ? same : nearest(name, known)
    return new P8aError('usage', `Unknown option ${JSON.stringify(word)}`, {
      ...(meant && { hint: `Did you mean --${meant}?` }),
      facts: { option: name },
    })
  }
}

/** Whether a word is an option and not a value: `-3`, `-.5`, `-` and `--a b` (one word, in quotes) are values. */
function isOption(word: string): boolean {
  return (/^-[^\d.]/.test(word) || /^-\.\D/.test(word)) && !/^[^=]*\s/.test(word)
}
