// Builds the image of etc/Containerfile and lets a host run from it, on a machine without an engine: by buildah, which needs no more
// than chroot. Its base is made by debootstrap, with this Node. Needs root, the npm registry and a mirror of Debian, and some minutes.
//   node scripts/check-container.ts [a folder that debootstrap has made]
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../test/until.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'p8a-container-'))
const [given] = process.argv.slice(2)
const storage = join(dir, 'storage.conf')
const env = { CONTAINERS_STORAGE_CONF: storage, BUILDAH_ISOLATION: 'chroot', TMPDIR: dir }

const buildah = async (...args: string[]) => (await execa('buildah', args, { env, stdin: 'ignore' })).stdout
const say = (text: string) => void process.stdout.write(`${text}\n`)

try {
  writeFileSync(
    storage,
    `[storage]\ndriver = "overlay"\nrunroot = ${JSON.stringify(join(dir, 'run'))}\ngraphroot = ${JSON.stringify(join(dir, 'graph'))}\n`,
  )
  await makeBase(given ?? (await debian()))
  say('ok   a base with this Node')
  await build()
  say('ok   the image is built')
  await checkConfig()
  say('ok   no root, a volume, a port, a check of its health')
  await checkRun()
  say('ok   a pod outlives its host in it, and ends by a signal')
} finally {
  await buildah('rm', '--all').catch(() => {})
  rmSync(dir, { recursive: true, force: true })
}

async function debian(): Promise<string> {
  const folder = join(dir, 'debian')
  await execa('debootstrap', ['--variant=minbase', '--include=ca-certificates,libatomic1', 'bookworm', folder])
  return folder
}

/** As the image of Node has them: node, and npm, in /usr/local. */
async function makeBase(folder: string): Promise<void> {
  const container = await buildah('from', 'scratch')
  const mounted = await buildah('mount', container)
  cpSync(folder, mounted, { recursive: true, verbatimSymlinks: true })
  const { stdout: npmProgram } = await execa('sh', ['-c', 'readlink -f "$(command -v npm)"'])
  const bin = join(mounted, 'usr/local/bin')
  const npm = join(mounted, 'usr/local/lib/node_modules/npm')
  cpSync(process.execPath, join(bin, 'node'))
  chmodSync(join(bin, 'node'), 0o755)
  cpSync(dirname(dirname(npmProgram)), npm, { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(bin, 'npm'))
  await buildah('umount', container)
  await buildah('commit', container, 'p8a-base')
  await buildah('rm', container)
}

async function build(): Promise<void> {
  const context = join(dir, 'context')
  mkdirSync(context)
  await execa('npm', ['pack', '--silent', '--pack-destination', context], { cwd: root })
  const { stdout: registry } = await execa('npm', ['config', 'get', 'registry'], { cwd: '/' })
  const npmrc = join(dir, 'npmrc')
  const certificates = '/etc/ssl/certs/ca-certificates.crt'
  writeFileSync(npmrc, `registry=${registry}\ncafile=${certificates}\n`)
  const seen = [`${npmrc}:/root/.npmrc:ro`, ...(existsSync(certificates) ? [`${certificates}:${certificates}:ro`] : [])]
  const how = ['--format', 'docker', '--build-arg', 'BASE=localhost/p8a-base', '--tag', 'p8a']
  const volumes = seen.flatMap(volume => ['--volume', volume])
  await buildah('bud', ...how, ...volumes, '--file', join(root, 'etc/Containerfile'), context)
}

async function checkConfig(): Promise<void> {
  const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', 'p8a'))
  const { User, Volumes, ExposedPorts, Healthcheck, StopSignal } = Docker.config
  const found = JSON.stringify([User, Volumes, ExposedPorts, Healthcheck?.Test, StopSignal])
  const wanted = ['p8a', { '/var/lib/p8a': {} }, { '3000/tcp': {} }, ['CMD', 'pod', 'host', 'status'], 'SIGTERM']
  if (found !== JSON.stringify(wanted)) throw new Error(`The image says ${found}`)
}

async function checkRun(): Promise<void> {
  const container = await buildah('from', 'p8a')
  const run = (...words: string[]) => execa('buildah', ['run', container, '--', ...words], { env, stdin: 'ignore' })
  const pod = async (...words: string[]) => (await run('pod', ...words)).stdout
  const mounted = await buildah('mount', container)
  const host = run('tini', '-s', '--', 'p8a-container', '--host', '127.0.0.1', '--port', '0')
  const infoOf = async (not?: number) =>
    await until(
      async () => {
        const info = await pod('host', 'status', '--json').then(JSON.parse, () => undefined)
        return info && info.pid !== not && info
      },
      'there is a host',
      { everyMs: 200 },
    )
  const first = await infoOf()
  writeFileSync(join(mounted, 'tmp/hello.js'), 'export default () => () => console.log("cleaned up")\n')
  await pod('push', 'local', 'hello', '/tmp/hello.js')
  await pod('start', 'local', 'hello')
  const runOf = async () => JSON.parse(await pod('status', 'local', 'hello', '--json')).runs[0]
  const before = await runOf()
  process.kill(first.pid, 'SIGKILL')
  const next = await infoOf(first.pid)
  const after = await runOf()
  if (before.pid !== after.pid) throw new Error(`The pod had pid ${before.pid}, and has ${after.pid}`)
  const { stdout: owner } = await run('id', '-un')
  if (owner !== 'p8a') throw new Error(`It runs as ${owner}`)
  // Isolated by chroot alone, its processes are those of this machine: tini is the parent of the parent of the host.
  const parentOf = async (pid: number | string) => (await execa('ps', ['-o', 'ppid=', '-p', String(pid)])).stdout.trim()
  process.kill(Number(await parentOf(await parentOf(next.pid))), 'SIGTERM')
  await host
  if (existsSync(join('/proc', String(after.pid)))) throw new Error('The pod has not ended')
}
