// Installs the programs of the system that tests try p8a with, where that is possible: by apt-get, as root. A test that finds
// none is skipped by name.
import { execa } from 'execa'
import { isOnPath } from '../test/programs.ts'

/** Debian's packages, by the programs in them. */
const packages: Readonly<Record<string, string>> = { chromium: 'chromium', h2load: 'nghttp2-client' }

/** How long it may take in all. */
const mostMs = 300_000

/** @returns what was done, in a few words */
export async function installSystem(): Promise<string> {
  const missing = Object.keys(packages).filter(program => !isOnPath(program))
  if (missing.length === 0) return 'all there'
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return `missing: ${missing.join(', ')}`
  const wanted = missing.map(program => packages[program] ?? program)
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: mostMs, reject: false } as const
  const wait = ['-o', 'DPkg::Lock::Timeout=120']
  await execa('apt-get', [...wait, '-qq', 'update'], options)
  await execa('apt-get', [...wait, '-qq', 'install', '-y', '--no-install-recommends', ...wanted], options)
  const still = missing.filter(program => !isOnPath(program))
  return still.length === 0 ? `installed: ${wanted.join(', ')}` : `could not be installed: ${still.join(', ')}`
}
