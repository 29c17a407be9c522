// Tests that need what not every machine has. One that cannot run here is never left out in silence: its name and the
// reason go to the output, where `scripts/test.ts` collects them.
import { spawnSync } from 'node:child_process'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { Callback, Test } from 'uvu'
import { podProgram } from './paths.ts'
import { podmanProblem } from './podman.ts'
import { isOnPath } from './programs.ts'
import { browserProgram, browsers, natsServer } from './system.ts'

/** Who runs the tests, or a program that must be on the PATH. */
type Need =
  | 'root'
  | 'another user than root'
  | 'nobody'
  | 'openssl'
  | 'script'
  | 'systemd-analyze'
  | 'node:ffi'
  | 'python3'
  | 'curl'
  | 'h2load'
  | 'redis-server'
  | 'nats-server'
  | 'a browser'
  | 'git'
  | 'promtool'
  | 'prlimit'
  | 'bwrap'
  | 'podman'
  | 'a group of cgroup v2'
  | 'linux'

/**
 * Registers tests of a suite only where the machine has what they need: `needs(test, 'openssl')('title', work)`.
 * @returns a function to register a test with, as `test` itself
 */
export function needs<T>(test: Test<T>, need: Need): (title: string, work: Callback<T>) => void {
  const reason = missing(need)
  return (title, work) => (reason === undefined ? test(title, work) : skipped(title, reason))
}

/** Says that something was not tested, and why: also of a part of a test, which then has a title of its own. */
export function skipped(title: string, reason: string): void {
  process.stdout.write(`# SKIP ${title} (${reason})\n`)
}

function missing(need: Need): string | undefined {
  const isRoot = process.getuid?.() === 0
  if (need === 'root') return isRoot ? undefined : 'only root can do that'
  if (need === 'another user than root') return isRoot ? 'root may do everything' : undefined
  if (need === 'nobody') return isRoot ? closedToNobody() : 'only root can become another user'
  if (need === 'linux') return process.platform === 'linux' ? undefined : 'only Linux can do that'
  if (need === 'a browser') return browserProgram() ? undefined : `neither ${browsers.join(' nor ')} is installed`
  if (need === 'nats-server') return natsServer() ? undefined : 'scripts/install-nats.ts found none'
  if (need === 'podman') return podmanProblem()
  if (need === 'a group of cgroup v2')
    return process.env.P8A_TEST_GROUP === undefined ? 'npm run check-cgroups tries it' : undefined
  if (need === 'node:ffi') return hasFfi() ? undefined : `Node ${process.version} has no node:ffi`
  return isOnPath(need) ? undefined : `${need} is not installed`
}

/** Why the user `nobody` cannot run what is under test. */
function closedToNobody(): string | undefined {
  const [temporary = '/'] = tmpdir().split('/p8a-test')
  const places = [process.execPath, dirname(podProgram), temporary]
  const look = 'for place in "$@"; do test -x "$place" || exit 1; done'
  const args = ['--reuid=nobody', '--regid=65534', '--init-groups', '--', '/bin/sh', '-c', look, 'sh', ...places]
  const { status, error } = spawnSync('setpriv', args)
  if (error) return 'setpriv is not installed'
  return status === 0 ? undefined : `the user nobody cannot come to ${places.join(' and ')}`
}

function hasFfi(): boolean {
  return process.platform === 'linux' && isBuiltin('node:ffi')
}
