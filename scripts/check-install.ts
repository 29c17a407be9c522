// Packs p8a and installs it globally into an empty prefix under each Node it supports, then lets the installed `pod` keep
// a pod up; under a Node that is too old it must say so in one line. Needs the npm registry.
//   node scripts/check-install.ts [22 24 26]
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaSync } from 'execa'

const root = fileURLToPath(new URL('..', import.meta.url))
const supported = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
const tooOld = '20'
const dir = mkdtempSync(join(tmpdir(), 'p8a-install-'))
let failed = 0

try {
  npm(['pack', '--silent', '--pack-destination', dir], { cwd: root })
  const tarball = join(dir, readdirSync(dir).find(file => file.endsWith('.tgz')) ?? '')
  for (const major of supported) check(`Node ${major}`, () => works(nodeOf(major), tarball))
  check(`Node ${tooOld}`, () => refuses(nodeOf(tooOld)))
} finally {
  rmSync(dir, { recursive: true, force: true })
}
process.stdout.write(`${supported.length + 1 - failed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

function check(name: string, work: () => string): void {
  try {
    process.stdout.write(`ok   ${name}: ${work()}\n`)
  } catch (error) {
    failed++
    process.stdout.write(`FAIL ${name}: ${error instanceof Error ? error.message : error}\n`)
  }
}

/** A folder with the `node` of a major version. */
function nodeOf(major: string): string {
  const home = join(dir, `node-${major}`)
  npm(['install', '--silent', '--no-audit', '--no-fund', '--prefix', home, `node@${major}`], { cwd: dir })
  return join(home, 'node_modules/.bin')
}

/** Installs the package as users do, and lets it run a pod. */
function works(node: string, tarball: string): string {
  const home = mkdtempSync(join(dir, 'home-'))
  const env = {
    PATH: `${node}:${join(home, 'prefix/bin')}:${process.env.PATH}`,
    HOME: home,
    P8A_DATA: join(home, 'data'),
    NO_COLOR: '1',
  }
  npm(['install', '--silent', '--global', '--prefix', join(home, 'prefix'), tarball], {
    cwd: home,
    env,
  })
  const pod = (...args: string[]) =>
    execaSync('pod', args, { cwd: home, env, extendEnv: false, stdin: 'ignore' }).stdout
  writeFileSync(
    join(home, 'hello.ts'),
    'export default async (params: { to: string }) => console.log("hello", params.to)\n',
  )
  pod('host', 'start', '--detach', '--port', '0')
  try {
    pod('push', 'local', 'hello', 'hello.ts')
    pod('start', 'local', 'hello', '--to', 'world')
    if (!pod('logs', 'local', 'hello').includes('hello world')) throw new Error('the pod did not say hello')
  } finally {
    pod('host', 'stop', '--pods')
  }
  return `pod ${pod('--version')} keeps a pod up on ${execaSync(join(node, 'node'), ['--version']).stdout}`
}

/** An old Node gets one line that says what is needed. */
function refuses(node: string): string {
  const status = [join(root, 'bin/pod.cjs'), 'host', 'status']
  const { exitCode, stderr } = execaSync(join(node, 'node'), status, { reject: false })
  const lines = stderr.trim().split('\n')
  if (exitCode === 0 || lines.length !== 1 || !/needs Node 22/.test(stderr)) throw new Error(`it said: ${stderr}`)
  return stderr.trim()
}

function npm(args: string[], { cwd, env = {} }: { cwd: string; env?: Record<string, string> }): void {
  // npm runs on the machine's own Node or on the one that is tried; either will do.
  const environment = { ...env, npm_config_prefix: undefined }
  execaSync('npm', args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
}
