// Keys and subjects: names with dots between, of the letters that every engine takes.

const mostNames = 8
const mostLetters = 200
const pattern = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/

/** @throws {TypeError} if a key cannot be one */
export function checkKey(key: string): void {
  if (pattern.test(key) && key.length <= mostLetters && key.split('.').length <= mostNames) return
  throw new TypeError(`${JSON.stringify(key)} is no key: names of A-Z, a-z, 0-9, - and _, with dots between`)
}

/** Whether a key begins with these names. */
export const isBelow = (prefix: string, key: string): boolean =>
  prefix === '' || key === prefix || key.startsWith(`${prefix}.`)

/** Whether a subject is meant by a pattern: `*` is one name, `>` at the end all that follow, at least one. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.')
  const names = subject.split('.')
  const isOpen = wanted.at(-1) === '>'
  if (isOpen ? names.length < wanted.length : names.length !== wanted.length) return false
  return wanted.every((name, at) => name === '>' || name === '*' || name === names[at])
}
