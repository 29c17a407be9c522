// The table "Who owns which power" of docs/DESIGN.md: what reaches out of a program stands in the files that are named.
import { codesIn, tableIn } from '../source/design.ts'
import type { Project } from './project.ts'

/** Programs of the repository that run beside p8a may do anything. */
const free = ['bin/', 'scripts/']

/** One line for each file that uses a power which is not its own, and for each owner that does not use it. */
export function checkPowers({ page, codes }: Project): string[] {
  return tableIn(page, '## Who owns which power').flatMap(([power = '', words, owners]) => {
    const own = codesIn(owners)
    const users = [...codes.keys()].filter(
      file => !free.some(folder => file.startsWith(folder)) && usesAny(file, words),
    )
    const wrong = users.filter(file => !own.some(owner => isIn(owner, file)))
    const idle = own.filter(owner => !users.some(file => isIn(owner, file)))
    return [
      ...wrong.map(file => `${file}: ${power} is not its power (${usedBy(file, words).join(', ')})`),
      ...idle.map(owner => `docs/DESIGN.md: ${owner} does not use the power that is said to be its own: ${power}`),
    ]
  })

  function usesAny(file: string, words: string | undefined): boolean {
    return usedBy(file, words).length > 0
  }

  function usedBy(file: string, words: string | undefined): string[] {
    const code = codes.get(file)
    const imported = code?.imports.filter(({ isType }) => !isType).map(({ name }) => name)
    return codesIn(words).filter(word => imported?.includes(word) || code?.uses.has(word))
  }
}

function isIn(owner: string, file: string): boolean {
  return owner.endsWith('/') ? file.startsWith(owner) : file === owner
}
