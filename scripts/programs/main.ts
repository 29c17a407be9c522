// npm run programs -- [NAME…] [--pm2] [--held [--reloads N]]: makes real programs of npm and other languages, pushes each unchanged, and tries what a person
// would: does it come up, does it answer, does it outlive a host that is killed, does it end well, is its log there. With --pm2 each is
// tried with PM2 as well, in its own folder. With --held, servers are reloaded on a port that the host holds while clients use them, and
// what failed is counted. It needs the npm registry, some minutes and a few hundred MB, and leaves nothing behind.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { frameworks } from './frameworks.ts'
import { type HeldProgram, heldPrograms } from './held.ts'
import { make } from './make.ts'
import type { Program } from './program.ts'
import { servers } from './servers.ts'
import { tools } from './tools.ts'
import { tryHeld } from './try-held.ts'
import { podIn, tryP8a } from './try-p8a.ts'
import { tryPm2 } from './try-pm2.ts'

const { values, positionals } = parseArgs({
  options: { pm2: { type: 'boolean' }, held: { type: 'boolean' }, reloads: { type: 'string', default: '5' } },
  allowPositionals: true,
})
const all = [...servers, ...frameworks, ...tools]
const dir = mkdtempSync(join(tmpdir(), 'p8a-programs-'))
const env = { P8A_DATA: join(dir, 'data'), XDG_CONFIG_HOME: join(dir, 'config'), NO_COLOR: '1' }

process.exitCode = await main()

async function main(): Promise<number> {
  const host = podIn(dir, env)
  let failed = 0
  try {
    await host('host', 'start', '--detach', '--port', '0')
    if (values.held) return await allHeld()
    const pm2 = values.pm2 ? await installedPm2() : undefined
    say('| program | version | pushed | start | works | adopted | stop | PM2 |')
    say('|---|---|---|---|---|---|---|---|')
    for (const program of all) {
      if (positionals.length > 0 && !positionals.includes(program.name)) continue
      if (!(await row(program, pm2))) failed++
    }
    return failed === 0 ? 0 : 1
  } finally {
    await host('host', 'stop', '--pods').catch(() => '')
    rmSync(dir, { recursive: true, force: true })
  }
}

async function row(program: Program, pm2: string | undefined): Promise<boolean> {
  const folder = join(dir, 'programs', program.name)
  const version = await make(program, folder).catch((error: Error) => error)
  if (version instanceof Error) {
    say(
      `| ${program.name} | cannot be installed here: ${oneLine((version as Error & { stderr?: string }).stderr ?? version.message).slice(0, 200)} |`,
    )
    return true
  }
  const pod = podIn(folder, env)
  const hostPid = async () => (JSON.parse(await pod('host', 'status', '--json')) as { pid: number }).pid
  const { failed, pushedMs, upMs, adopted, stopped } = await tryP8a(program, { pod, hostPid })
  const beside = pm2 === undefined || !program.pm2 ? '' : await besidePm2(program, { folder, pm2 })
  const works = failed === undefined ? 'yes' : `no: ${oneLine(failed)}`
  const cells = [
    program.name,
    version,
    seconds(pushedMs),
    seconds(upMs),
    works,
    adopted ? 'yes' : 'no',
    stopped,
    beside,
  ]
  say(`| ${cells.join(' | ')} |`)
  rmSync(folder, { recursive: true, force: true })
  return failed === undefined
}

async function allHeld(): Promise<number> {
  let failed = 0
  say('| program | version | spoken | reloads | served | failed | told |')
  say('|---|---|---|---|---|---|---|')
  for (const program of heldPrograms) {
    if (positionals.length > 0 && !positionals.includes(program.name)) continue
    if (!(await heldRow(program))) failed++
  }
  return failed === 0 ? 0 : 1
}

async function heldRow(program: HeldProgram): Promise<boolean> {
  const { name, speaks } = program
  const folder = join(dir, 'programs', name.replaceAll(/\W+/g, '-'))
  const version = await make(program, folder).catch(() => undefined)
  if (version === undefined) {
    say(`| ${name} | cannot be installed here |`)
    return true
  }
  if (speaks.includes('https')) await certificateIn(folder)
  const tried = await tryHeld(program, { pod: podIn(folder, env), reloads: Number(values.reloads) })
  const { broken, reloads, served, failed, ended } = tried
  const what = broken === undefined ? `${failed.length}` : oneLine(broken)
  say(`| ${[name, version, speaks.join(', '), reloads, served, what, ended].join(' | ')} |`)
  for (const one of new Set(failed)) say(`  ${failed.filter(other => other === one).length} times: ${oneLine(one)}`)
  rmSync(folder, { recursive: true, force: true })
  return broken === undefined && failed.length === 0
}

async function certificateIn(folder: string): Promise<void> {
  const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
  await execa('openssl', [...how, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder })
}

async function installedPm2(): Promise<string> {
  const at = join(dir, 'pm2')
  mkdirSync(at)
  await execa('npm', ['install', '--no-audit', '--no-fund', '--prefix', at, 'pm2'], { cwd: at })
  return join(at, 'node_modules/.bin/pm2')
}

/** PM2 starts what is installed and built where it lies. */
async function besidePm2(program: Program, { folder, pm2 }: { folder: string; pm2: string }): Promise<string> {
  if (program.packages || program.devPackages)
    await execa('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, reject: false })
  const { scripts } = (program.manifest ?? {}) as { scripts?: Record<string, string> }
  if (scripts?.build !== undefined) await execa('npm', ['run', 'build'], { cwd: folder, reject: false })
  const { failed, kept } = await tryPm2(program, { folder, pm2, home: join(dir, 'pm2-home') })
  if (failed !== undefined) return `does not work: ${oneLine(failed).slice(-120)}`
  return kept ? 'works' : 'works; lost when its daemon is killed'
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '/')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
