// acorn with fast lookups of names: its own scopes are lists that it searches for each declared name, which takes a
// minute for some ten thousand names.
import { type Options, Parser, type Program } from 'acorn'

/** @throws {SyntaxError} with `pos`, the offset at which parsing failed */
export function parseProgram(code: string, options: Options): Program {
  return ScopedParser.parse(code, options)
}

/** acorn's data about a scope. */
type Scope = { flags: number; var: string[]; lexical: string[]; functions: string[] }

const ScopedParser = Parser.extend(
  Base =>
    class extends Base {
      declare scopeStack: Scope[]

      enterScope(flags: number): void {
        this.scopeStack.push({ flags, var: new Names(), lexical: new Names(), functions: new Names() })
      }
    },
)

/** From this many names on a set is worth its memory. */
const fewNames = 16

/** A list of names that answers whether it has a name; the position does not matter. */
class Names extends Array<string> {
  #known: Set<string> | undefined

  override push(...names: string[]): number {
    const length = super.push(...names)
    if (length <= fewNames) return length
    this.#known ??= new Set(this)
    for (const name of names) this.#known.add(name)
    return length
  }

  override indexOf(name: string): number {
    if (!this.#known) return super.indexOf(name)
    return this.#known.has(name) ? 0 : -1
  }
}
