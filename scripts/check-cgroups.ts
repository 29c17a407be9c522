// Tries what the kernel holds for a run (test/e2e/cgroups.test.ts) in a kernel of its own, whose groups are all of cgroup v2: the program
// `linux.uml` (apt-get install user-mode-linux), which any user may run. It sees the files of this machine as they are.
//   node scripts/check-cgroups.ts
// Exits with 1 where something is not held, and with 2 where it could not be tried.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { pathOf } from '../test/programs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const memory = '2048M'
const mostMs = 900_000

process.exitCode = await main()

async function main(): Promise<number> {
  const kernel = process.env.LINUX_UML ?? pathOf('linux.uml')
  if (kernel === undefined) {
    process.stderr.write('There is no linux.uml here: apt-get install user-mode-linux; or LINUX_UML names one\n')
    return 2
  }
  await execa(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  const dir = mkdtempSync(join(tmpdir(), 'p8a-kernel-'))
  try {
    mkdirSync(join(dir, 'own'))
    const init = join(dir, 'init.sh')
    writeFileSync(init, initOf(dir), { mode: 0o755 })
    const args = [`mem=${memory}`, 'rootfstype=hostfs', 'rootflags=/', 'rw', `init=${init}`, 'quiet']
    const consoles = ['con=null', 'con0=null,fd:1', 'ssl=null']
    await execa(kernel, [...args, ...consoles], {
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      // Its memory is a file in /dev/shm then, and not on a disk.
      env: { TMPDIR: undefined },
      timeout: mostMs,
      reject: false,
    })
    return Number(readFileSync(join(dir, 'code'), 'utf8'))
  } catch (error) {
    process.stderr.write(`It could not be tried: ${(error as Error).message}\n`)
    return 2
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The first process of that kernel: it makes the group that a unit of systemd would, and leaves the code of the test. */
function initOf(dir: string): string {
  const group = '/sys/fs/cgroup/p8a'
  return `#!/bin/sh
export PATH='${dirname(process.execPath)}':/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
export HOME='${dir}/own' TMPDIR='${dir}/own' P8A_TEST_GROUP=${group}
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs own '${dir}/own'
ip link set lo up
mkdir -p ${group}/host
echo '+cpu +memory +pids' > /sys/fs/cgroup/cgroup.subtree_control
cd '${root}'
node --disable-warning=ExperimentalWarning test/e2e/cgroups.test.ts
echo $? > '${dir}/code'
sync
echo o > /proc/sysrq-trigger
sleep 60
`
}
