// Runs `npm test` on a machine that has nothing: a folder with the files of Debian's essential packages, of Node and npm,
// and a copy of the checkout, entered with processes and a network of its own; as root and as another user. Needs Debian and root.
//   node scripts/check-bare.ts [--as root|somebody] [part of a path …]   runs only the test files whose path has one of the parts
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { execaSync } from 'execa'

type User = { name: string; id: number; home: string }

const root = fileURLToPath(new URL('..', import.meta.url))
const { values: wanted, positionals: parts } = parseArgs({
  options: { as: { type: 'string' } },
  allowPositionals: true,
})
const users: User[] = [
  { name: 'root', id: 0, home: '/root' },
  { name: 'somebody', id: 4242, home: '/home/somebody' },
]
const chosen = users.filter(({ name }) => wanted.as === undefined || wanted.as === name)
if (chosen.length === 0) throw new Error(`There is no user "${wanted.as}" there: say --as root or --as somebody`)
const machine = mkdtempSync(join(tmpdir(), 'p8a-bare-'))
let failures = 0

try {
  makeMachine()
  for (const user of chosen) runAs(user)
} finally {
  rmSync(machine, { recursive: true, force: true })
}
process.exit(failures === 0 ? 0 : 1)

function makeMachine(): void {
  execaSync('chmod', ['755', machine])
  const packages = withDependencies([...essentialPackages(), ...librariesOf(process.execPath)])
  process.stdout.write(`A machine with Node, npm and ${packages.length} packages: ${packages.join(' ')}\n`)
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(machine, 'usr', folder), { recursive: true })
    symlinkSync(join('usr', folder), join(machine, folder))
  }
  copyFiles(filesOf(packages))
  for (const folder of ['proc', 'dev', 'tmp']) mkdirSync(join(machine, folder), { recursive: true })
  execaSync('chmod', ['1777', join(machine, 'tmp')])
  const lines = users.map(({ name, id, home }) => `${name}:x:${id}:${id}::${home}:/bin/bash\n`)
  writeFileSync(join(machine, 'etc/passwd'), lines.join(''))
  writeFileSync(join(machine, 'etc/group'), users.map(({ name, id }) => `${name}:x:${id}:\n`).join(''))
  writeFileSync(join(machine, 'etc/hosts'), '127.0.0.1 localhost\n')
  execaSync('ldconfig', ['-r', machine])
  copyNode()
}

/** Copies the Node that runs this, since that of the machine may be too old, and npm, which is a folder with all that it needs. */
function copyNode(): void {
  const local = join(machine, 'usr/local')
  for (const folder of ['bin', 'lib/node_modules']) mkdirSync(join(local, folder), { recursive: true })
  copyFileSync(process.execPath, join(local, 'bin/node'))
  execaSync('cp', ['-a', join(pathOf('npm'), '../..'), join(local, 'lib/node_modules/npm')])
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
}

/** The packages with the libraries that a program is linked with. */
function librariesOf(program: string): string[] {
  const libraries = output('ldd', program).flatMap(line => /(\/\S+) \(0x/.exec(line)?.[1] ?? [])
  return libraries.map(library => output('dpkg', '-S', `*/${basename(library)}`)[0]?.split(':')[0] ?? '')
}

function essentialPackages(): string[] {
  return installed('Package', 'Essential').flatMap(([name = '', essential]) => (essential === 'yes' ? [name] : []))
}

/** The packages, and all that they need that is installed here. */
function withDependencies(packages: readonly string[]): string[] {
  const needs = new Map<string, string[]>()
  for (const [name = '', before = '', later = ''] of installed('Package', 'Pre-Depends', 'Depends')) {
    const needed = `${before},${later}`.matchAll(/(?:^|[,|]) *([\w.+-]+)/g)
    needs.set(
      name,
      [...needed].map(([, other = '']) => other),
    )
  }
  const found = new Set<string>()
  const add = (name: string) => {
    if (found.has(name) || !needs.has(name)) return
    found.add(name)
    for (const needed of needs.get(name) ?? []) add(needed)
  }
  for (const name of packages) add(name)
  return [...found].sort()
}

/** The fields of all packages that are installed. */
function installed(...fields: string[]): string[][] {
  const format = `${fields.map(field => `\${${field}}`).join('\\t')}\\n`
  return output('dpkg-query', '-W', '-f', format).map(line => line.split('\t'))
}

/** Where a program really is, past those of the checkout that npm puts before it. */
function pathOf(program: string): string {
  const folders = (process.env.PATH ?? '').split(':').filter(folder => !folder.includes('node_modules'))
  return realpathSync(execaSync('which', [program], { env: { PATH: folders.join(':') } }).stdout)
}

function filesOf(packages: readonly string[]): string[] {
  const files = output('dpkg', '-L', ...packages).filter(line => line.startsWith('/') && line !== '/.')
  // The names that alternatives go by (awk, for one) are made when a package is set up: no package lists them.
  const alternatives = readdirSync('/etc/alternatives').map(name => join('/etc/alternatives', name))
  const chosen = alternatives.filter(link => files.includes(realpathSync(link)))
  return [...files, ...chosen, ...chosen.map(link => join('/usr/bin', link.split('/').at(-1) as string))]
}

function copyFiles(files: readonly string[]): void {
  const list = join(machine, 'list')
  writeFileSync(list, files.join('\n'))
  const quiet = '--ignore-failed-read --warning=no-failed-read'
  const copy = `tar -C / -cf - --no-recursion ${quiet} -T "$1" 2>/dev/null | tar -C "$2" -xf - --keep-directory-symlink`
  execaSync('sh', ['-c', copy, 'sh', list, machine])
  rmSync(list)
}

/** Runs the tests as a user, in a copy of the checkout that is his, and says what is left when they are over. */
function runAs({ name, id, home }: User): void {
  const checkout = join(machine, home, 'p8a')
  mkdirSync(checkout, { recursive: true })
  const files = output('git', '-C', root, 'ls-files', '--cached', '--others', '--exclude-standard')
  for (const file of files) {
    mkdirSync(join(checkout, file, '..'), { recursive: true })
    copyFileSync(join(root, file), join(checkout, file))
  }
  execaSync('cp', ['-a', realpathSync(join(root, 'node_modules')), checkout])
  rmSync(join(checkout, 'node_modules/.cache'), { recursive: true, force: true })
  // Installed later than the lock file was written, as far as its times tell.
  utimesSync(join(checkout, 'node_modules/.package-lock.json'), new Date(), new Date())
  execaSync('chown', ['-R', `${id}:${id}`, join(machine, home)])
  process.stdout.write(`\nnpm test as ${name}\n`)
  const test = ['npm', 'test', '--', ...parts].map(word => `'${word}'`).join(' ')
  const inside = `cd ~/p8a && ${test}; code=$?
    for process in /proc/[0-9]*; do [ -L $process/exe ] && readlink $process/exe; done | grep -v '/bash$\\|/dash$\\|/readlink$\\|/grep$\\|/sed$' | sed 's/^/left: process /'
    ls -d /tmp/* ~/.[!.]* ~/* 2>/dev/null | grep -v '/node-compile-cache$\\|/\\.npm$\\|/p8a$' | sed 's/^/left: /'
    exit $code`
  // The shell stays the first process of its machine, since it takes in those whose parents have died.
  const outside = `ip link set lo up && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && chroot --userspec=${id}:${id} "$1" \\
    /usr/bin/env -i HOME=${home} PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 bash -c "$2"; exit $?`
  const { failed } = execaSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', 'sh', '-c', outside, 'sh', machine, inside],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    },
  )
  if (failed) failures++
  rmSync(join(machine, home), { recursive: true, force: true })
  for (const left of readdirSync(join(machine, 'tmp'))) rmSync(join(machine, 'tmp', left), { recursive: true })
}

function output(program: string, ...args: string[]): string[] {
  return execaSync(program, args, { lines: true }).stdout.filter(line => line !== '')
}
