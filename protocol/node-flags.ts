// Options of Node as people write them, as single words that each stand for themselves.

/** Those that take the next word too, by their long names. */
const takesWord: Readonly<Record<string, string>> = {
  '-r': '--require',
  '--require': '--require',
  '--import': '--import',
  '--loader': '--loader',
  '--experimental-loader': '--experimental-loader',
  '-C': '--conditions',
  '--conditions': '--conditions',
  '--env-file': '--env-file',
  '--env-file-if-exists': '--env-file-if-exists',
  '--title': '--title',
  '--icu-data-dir': '--icu-data-dir',
  '--openssl-config': '--openssl-config',
  '--redirect-warnings': '--redirect-warnings',
  '--stack-trace-limit': '--stack-trace-limit',
  '--max-http-header-size': '--max-http-header-size',
  '--unhandled-rejections': '--unhandled-rejections',
  '--dns-result-order': '--dns-result-order',
}

/**
 * Takes the options from the head of `words`: `['-r', './x.js', 'app.js']` are the flag `--require=./x.js` and the rest `['app.js']`.
 */
export function takeNodeFlags(words: readonly string[]): { flags: string[]; rest: string[] } {
  const flags: string[] = []
  const rest = [...words]
  while (rest[0]?.startsWith('-')) {
    const flag = rest.shift() ?? ''
    const long = takesWord[flag]
    flags.push(long === undefined ? flag : `${long}=${rest.shift() ?? ''}`)
  }
  return { flags, rest }
}
