// Installs the programs of the system that tests try p8a with, where that is possible: by apt-get, as root. A test that finds
// none is skipped by name.
import { execa } from 'execa'
import { isOnPath } from '../test/programs.ts'
import { browserProgram, browsers, natsServer } from '../test/system.ts'
import { installNats } from './install-nats.ts'

/** `need`: as tests name it, in test/needs.ts; `packages`: those of Debian that have it, the best first, tried one after the other until it is there. */
type Wanted = { need: string; isThere: () => boolean; packages: readonly [string, ...string[]] }

const wanted: readonly Wanted[] = [
  // Debian's packages of browsers are called as the programs in them.
  { need: 'a browser', isThere: () => browserProgram() !== undefined, packages: browsers },
  { need: 'h2load', isThere: () => isOnPath('h2load'), packages: ['nghttp2-client'] },
  { need: 'promtool', isThere: () => isOnPath('promtool'), packages: ['prometheus'] },
  { need: 'git', isThere: () => isOnPath('git'), packages: ['git'] },
  { need: 'bwrap', isThere: () => isOnPath('bwrap'), packages: ['bubblewrap'] },
  // It needs a first process for what it begins, which Debian leaves to choose.
  { need: 'podman', isThere: () => isOnPath('podman'), packages: ['podman'] },
  { need: 'tini', isThere: () => isOnPath('tini'), packages: ['tini'] },
  { need: 'redis-server', isThere: () => isOnPath('redis-server'), packages: ['redis-server'] },
]

/** How long each step may take. */
const mostMs = 300_000

/** Whether a test file, by its text, needs one of them. */
export function needsSystem(text: string): boolean {
  return ['nats-server', ...wanted.map(({ need }) => need)].some(need => text.includes(`'${need}'`))
}

/** @returns what was done, in a few words */
export async function installSystem(): Promise<string> {
  const [system, nats] = await Promise.all([installPackages(), natsServer() ? undefined : installNats()])
  return nats === undefined ? system : `${system}; no nats-server: ${nats}`
}

async function installPackages(): Promise<string> {
  const missing = wanted.filter(({ isThere }) => !isThere())
  const names = (of: readonly Wanted[]) => of.map(({ packages }) => packages.join(' or ')).join(', ')
  if (missing.length === 0) return 'all there'
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return `missing: ${names(missing)}`
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: mostMs, reject: false } as const
  const apt = async (...args: readonly string[]) =>
    await execa('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-qq', ...args], options)
  const install = async (names: readonly string[]) => await apt('install', '-y', '--no-install-recommends', ...names)
  await apt('update')
  // All at once takes half of the time of one after the other. Where apt does not know one of them, it installs none.
  await install(missing.map(({ packages: [best] }) => best))
  for (const { isThere, packages } of missing) {
    for (const name of packages) if (!isThere()) await install([name])
  }
  const still = missing.filter(({ isThere }) => !isThere())
  return still.length === 0 ? `installed: ${names(missing)}` : `could not be installed: ${names(still)}`
}
