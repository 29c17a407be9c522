// The table "Who owns which power" of docs/DESIGN.md: what reaches out of a program stands in the files that are named.
import { codesIn, tableIn } from '../source/design.ts'
import type { Project } from './project.ts'

/** Programs of the repository that run beside p8a may do anything. */
const free = ['bin/', 'scripts/']

/** One line for each file that uses a power which is not its own, and for each owner that does not use it. */
export function checkPowers({ page, codes }: Project): string[] {
  const bound = [...codes.keys()].filter(file => !free.some(folder => file.startsWith(folder)))
  return tableIn(page, '## Who owns which power').flatMap(([power = '', cell, owners]) => {
    const [own, words] = [codesIn(owners), codesIn(cell)]
    const users = bound.filter(file => usedBy(file, words).length > 0)
    const wrong = users.filter(file => !own.some(owner => isIn(owner, file)))
    const idle = own.filter(owner => !users.some(file => isIn(owner, file)))
    return [
      ...wrong.map(file => `${file}: ${power} is not its power (${usedBy(file, words).join(', ')})`),
      ...idle.map(owner => `docs/DESIGN.md: ${owner} does not use the power that is said to be its own: ${power}`),
    ]
  })

  function usedBy(file: string, words: readonly string[]): string[] {
    const { imports = [], uses } = codes.get(file) ?? {}
    return words.filter(word => imports.some(({ name, isType }) => !isType && name === word) || uses?.has(word))
  }
}

function isIn(owner: string, file: string): boolean {
  return owner.endsWith('/') ? file.startsWith(owner) : file === owner
}
