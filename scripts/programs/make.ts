// Makes a program in a folder, as its authors would have it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Program } from './program.ts'

/** @returns the version of its first package */
export async function make(
  { packages = [], devPackages = [], manifest, files }: Omit<Program, 'answers'>,
  folder: string,
): Promise<string> {
  mkdirSync(folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  if (!manifest) return ''
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'app', version: '1.0.0', private: true, ...manifest }),
  )
  const lock = async (...args: string[]) =>
    await execa('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', ...args], { cwd: folder })
  if (packages.length > 0) await lock(...packages)
  if (devPackages.length > 0) await lock('--save-dev', ...devPackages)
  // Some locks of packages that differ from platform to platform are refused by the npm that wrote them.
  const isSound = await execa('npm', ['ci', '--dry-run', '--ignore-scripts'], { cwd: folder, reject: false })
  const [first] = [...packages, ...devPackages].map(name => name.replace(/(?<=.)@.*$/, ''))
  if (first === undefined) return ''
  const { packages: locked } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  if (isSound.failed) rmSync(join(folder, 'package-lock.json'))
  return `${first} ${locked[`node_modules/${first}`]?.version}`
}
