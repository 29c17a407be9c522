// Text as a word of a shell.

/** As it is where the shell takes it so, and in quotes otherwise. */
export function shellWord(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A command line with more arguments. */
export function withWords(line: string, words: readonly string[]): string {
  return [line, ...words.map(shellWord)].join(' ')
}
