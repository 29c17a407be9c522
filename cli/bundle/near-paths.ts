// Lets a path that is put together leave out the ending of a file, or name a folder, as under Node. esbuild finds a file
// only by its whole name. Pure.

/** How esbuild writes the function that looks up a path. */
const lookup =
  /^( {2}var fn = )map\[path\];(\n {2}if \(fn\) return fn\(\);\n {2}throw )new Error\("Module not found in bundle: " \+ path\);/m

const endings = [
  '.js',
  '.json',
  '.cjs',
  '.mjs',
  '.ts',
  '.cts',
  '.mts',
  '.tsx',
  '.jsx',
  '/index.js',
  '/index.json',
  '/index.ts',
]

/** The bundle with a function that finds more; each line stays where it is. */
export function withNearPaths(code: string): string {
  const near = `map[path] || map[${JSON.stringify(endings)}.map((ending) => path + ending).find((near) => map[near])];`
  const missing = `Object.assign(new Error("Cannot find module '" + path + "'"), { code: "MODULE_NOT_FOUND" });`
  return code.replace(lookup, (_, before, between) => `${before}${near}${between}${missing}`)
}
