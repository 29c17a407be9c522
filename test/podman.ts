// The podman of a test: with a store of its own, which goes with the test. Where this machine mixes both versions of cgroups, which podman's
// runtime refuses, each call gets a mount of the second one.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const real = '/usr/bin/podman'

/** What takes a container away when that has ended may write there for a moment. */
const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }

/** A podman with a store of its own. `bin`: for the front of a PATH. */
export type OwnPodman = Disposable & { bin: string }

/** @param dir where its store is made */
export function ownPodman(dir: string): OwnPodman {
  const bin = join(dir, 'podman-bin')
  mkdirSync(bin, { recursive: true })
  // Of this one podman takes no long path.
  const run = mkdtempSync('/run/p8a-test-')
  const store = `--storage-driver vfs --root '${dir}/containers' --runroot ${run}`
  const mounts = existsSync('/sys/fs/cgroup/cgroup.controllers') ? ':' : 'mount -t cgroup2 none /sys/fs/cgroup'
  const line = `${mounts} && exec ${real} ${store} "$@"`
  const quoted = line.replaceAll("'", `'\\''`)
  writeFileSync(join(bin, 'podman'), `#!/bin/sh\nexec unshare -m /bin/sh -c '${quoted}' podman "$@"\n`)
  chmodSync(join(bin, 'podman'), 0o755)
  return { bin, [Symbol.dispose]: () => rmSync(run, removal) }
}

/** Why no container can be begun here, by root; undefined where one can. */
export function podmanProblem(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux tries podman here'
  if (!existsSync(real)) return 'podman is not installed'
  const dir = mkdtempSync(join(tmpdir(), 'p8a-podman-'))
  const own = ownPodman(dir)
  try {
    const podman = (...args: string[]) =>
      spawnSync(join(own.bin, 'podman'), args, { input: '\0'.repeat(1024), encoding: 'utf8', timeout: 60_000 })
    const made = podman('import', '-', 'localhost/p8a-trial')
    if (made.status !== 0) return `podman cannot be used: ${lastLine(made.stderr)}`
    const folders = ['/usr', '/bin', '/lib', '/lib64'].filter(folder => existsSync(folder))
    const system = folders.flatMap(folder => ['--volume', `${folder}:${folder}:ro`])
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
    const how = ['--network', 'host', '--cgroups', 'disabled', ...limits, ...init()]
    const run = podman('run', '--rm', ...how, ...system, 'localhost/p8a-trial', '/bin/true')
    return run.status === 0 ? undefined : `podman begins no container: ${lastLine(run.stderr)}`
  } finally {
    own[Symbol.dispose]()
    rmSync(dir, removal)
  }
}

function init(): string[] {
  return existsSync('/usr/bin/tini') ? ['--init', '--init-path', '/usr/bin/tini'] : ['--init']
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
