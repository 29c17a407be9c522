// The licenses of the packages that a bundle holds, as one text: what is copied into it goes with its notice.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/**
 * @param files what was bundled, relative to the checkout
 * @param options.root the checkout, with a slash at its end
 */
export function bundledLicenses(files: readonly string[], options: { root: string }): string {
  const folders = files.map(file => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  const unique = [...new Set(folders)].filter(folder => folder !== undefined).sort()
  return unique.map(folder => licenseOf(`${options.root}${folder}`)).join('\n')
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const file = existsSync(folder) && readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8') : ''
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`
}
