// Gives a bundle the names that CommonJS code expects and an ES module lacks: require, __filename, __dirname. It adds a
// name only if the bundle uses it, since a bundled ES module may have declared the same name itself.

/** What the CommonJS names are called in a bundle, if the source does not declare them. */
export const commonJsNames = { __filename: '__p8aFilename', __dirname: '__p8aDirname' } as const

/** esbuild's stand-in for `require`, which uses the real one if there is one. */
const requireShim = /^var __require\d* = .*typeof require !== "undefined" \? require/m

/** The bundle with the names it asks for declared in one line before it, and its map moved down by that line. */
export function withCommonJsNames(code: string, map: string): { code: string; map: string } {
  const banner = [...imports(code), ...declarations(code)].join(' ')
  if (banner === '') return { code, map }
  const parsed = JSON.parse(map) as { mappings: string }
  // In a source map's mappings a line ends with ";"; that of a "#!" is empty, so one more before it does for both.
  const [, hashbang = '', rest = ''] = /^(#![^\n]*\n)?(.*)$/s.exec(code) ?? []
  return { code: `${hashbang}${banner}\n${rest}`, map: JSON.stringify({ ...parsed, mappings: `;${parsed.mappings}` }) }
}

function imports(code: string): string[] {
  return [
    ...(requireShim.test(code) ? [`import { createRequire as __p8aCreateRequire } from 'node:module';`] : []),
    ...(asksForPath(code) ? [`import { fileURLToPath as __p8aFileURLToPath } from 'node:url';`] : []),
    ...(code.includes(commonJsNames.__dirname) ? [`import { dirname as __p8aPathDirname } from 'node:path';`] : []),
  ]
}

function declarations(code: string): string[] {
  const { __filename: file, __dirname: dir } = commonJsNames
  return [
    ...(requireShim.test(code) ? ['const require = __p8aCreateRequire(import.meta.url);'] : []),
    ...(asksForPath(code) ? [`const ${file} = __p8aFileURLToPath(import.meta.url);`] : []),
    ...(code.includes(dir) ? [`const ${dir} = __p8aPathDirname(${file});`] : []),
  ]
}

function asksForPath(code: string): boolean {
  return code.includes(commonJsNames.__filename) || code.includes(commonJsNames.__dirname)
}
