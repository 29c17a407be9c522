// Brings a nats-server that is new enough for a fleet: from a newer suite of the archive that this machine has its packages from, by lists of
// its own, unpacked into a folder. Nothing of the system changes. `node scripts/install-nats.ts` prints where it is.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { isOnPath } from '../test/programs.ts'
import { natsFolder, natsServer } from '../test/system.ts'
import { archiveOf, sourcesOfApt } from './nats/archive.ts'

/** The newest first; each of them has one that is right. */
const suites = ['sid', 'forky', 'trixie-backports', 'trixie']

/** How long a step may take. */
const mostMs = 120_000

/** @returns why there is none; undefined if there is one */
export async function installNats(): Promise<string | undefined> {
  if (natsServer()) return undefined
  if (!isOnPath('apt-get') || !isOnPath('dpkg-deb')) return 'there is no apt-get'
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
  const archive = archiveOf(sourcesOfApt(), codename)
  if (!archive) return `apt has no archive of ${codename}`
  const folder = `${natsFolder}.new`
  try {
    for (const suite of suites) if (await brought(suite, { ...archive, folder })) return undefined
    return 'no suite of the archive has one'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function brought(
  suite: string,
  { uri, signedBy, folder }: { uri: string; signedBy: string | undefined; folder: string },
): Promise<boolean> {
  rmSync(folder, { recursive: true, force: true })
  for (const name of ['lists/partial', 'cache/archives/partial', 'unpacked']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  const list = join(folder, 'sources.list')
  writeFileSync(list, `deb ${signedBy ? `[signed-by=${signedBy}] ` : ''}${uri} ${suite} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const step = async (program: string, ...args: string[]) =>
    await execa(program, args, { cwd: folder, timeout: mostMs, reject: false })
  if ((await step('apt-get', ...options, '-qq', 'update')).failed) return false
  if ((await step('apt-get', ...options, '-qq', 'download', 'nats-server')).failed) return false
  if ((await step('sh', '-c', 'dpkg-deb -x nats-server_*.deb unpacked')).failed) return false
  if ((await step(join('unpacked', 'usr/sbin/nats-server'), '--version')).failed) return false
  mkdirSync(dirname(natsFolder), { recursive: true })
  rmSync(natsFolder, { recursive: true, force: true })
  renameSync(join(folder, 'unpacked'), natsFolder)
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problem = await installNats()
  process.stdout.write(problem === undefined ? `${natsServer()}\n` : `There is no nats-server: ${problem}\n`)
  process.exitCode = problem === undefined ? 0 : 1
}
