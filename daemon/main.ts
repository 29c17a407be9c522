// The daemon: builds the parts, hands them to each other, waits, and goes. It only ever stops by leaving: pods go on
// and the next daemon adopts them.
import { chmod, mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { P8aError } from '../protocol/errors.ts'
import { version } from '../protocol/version.ts'
import { claim } from './boot/claim.ts'
import { sweepCompiled } from './boot/compiled.ts'
import { Garbage } from './boot/garbage.ts'
import { loadHostFile } from './boot/host-file.ts'
import { closeInherited } from './boot/inherited.ts'
import { reportReady, reportStartError } from './boot/report.ts'
import { listenForShims } from './link/links.ts'
import { Keepers } from './script/keepers.ts'
import { ScriptQueue } from './script/queue.ts'
import { AuditLog } from './server/access/audit-log.ts'
import { Authority } from './server/access/authority.ts'
import { Tokens } from './server/access/tokens.ts'
import { askAsPod } from './server/lines/primary.ts'
import { Rpc } from './server/lines/rpc.ts'
import { serverVerbs } from './server/lines/server-verbs.ts'
import { openDoors } from './server/listen.ts'
import type { ShellDoor, ShellDoorOptions } from './server/shell/door.ts'
import { inTheClear, isLoopback, openOwn, openPrivacy, type PrivacyOptions } from './server/tls/privacy.ts'
import { Spares } from './spare/spares.ts'
import { sweepCallSockets } from './store/call-socket.ts'
import { removeHalfWritten } from './store/state-file.ts'
import { systemClock } from './system/clock.ts'
import { Gate } from './system/gate.ts'
import { openHostLog } from './system/host-log.ts'
import { favorMemory } from './system/memory.ts'
import { dataPaths } from './system/paths.ts'
import { readBootId, systemProcesses } from './system/process.ts'
import { shimFile } from './system/programs.ts'
import type { Seams } from './system/seams.ts'
import { watchPods } from './system/watch.ts'
import { Hosts } from './tree/hosts.ts'
import { Pods } from './tree/pods.ts'
import { Verbs } from './verbs/by-path.ts'
import { Watches } from './watch/watches.ts'

/** What a bug ends the daemon with; its supervisor starts it again. */
const bugExitCode = 70
/** How often old logs and records are looked for, beside the end of every run. */
const pruneMs = 600_000

main().catch(error => process.exit(reportStartError(error, { json: process.argv.includes('--json') })))

async function main(): Promise<void> {
  const { data, host, port, shellPort, json, ...privacyOptions } = readArguments()
  closeInherited()
  favorMemory()
  process.umask(0o077)
  const paths = dataPaths(data)
  checkSocketLength(paths.clientSocket)
  await Promise.all(
    [paths.images, paths.pods, paths.logs, paths.calls].map(dir => mkdir(dir, { recursive: true, mode: 0o700 })),
  )
  await chmod(data, 0o700)
  // Node made it for its compiled code before this process had a word to say about rights.
  await chmod(paths.compiled, 0o700).catch(() => {})
  await claim(data)
  await removeHalfWritten(data)
  const { id, settings } = await loadHostFile(paths.host)
  const tokens = new Tokens({ paths, clock: systemClock })
  await tokens.load()
  const seams: Seams = {
    paths,
    settings,
    log: openHostLog(paths.hostLog, { maxBytes: settings.hostLogBytes }),
    clock: systemClock,
    processes: systemProcesses,
    boot: await readBootId(),
    shim: { node: process.execPath, file: shimFile() },
    random: Math.random,
  }
  const startGate = new Gate({ width: settings.maxStarting })
  const spares = new Spares({ ...seams, startGate })
  const keepers = new Keepers(seams)
  const scriptQueue = new ScriptQueue({ width: settings.maxScripts })
  const needs = { ...seams, path: '', startGate, spares, keepers, scriptQueue }
  endOnBug(seams)
  const privacy = await openPrivacy({ ...privacyOptions, id, host, file: paths.certificate, log: seams.log })
  let certificate = privacy?.certificate
  const anyCertificate = async () => {
    certificate ??= await openOwn({ id, host, file: paths.certificate, log: seams.log })
    return certificate
  }
  const audit = await AuditLog.open(paths.audit, seams)
  const startedAt = new Date().toISOString()
  await spares.open()
  const pods = new Pods(needs)
  await pods.load()
  const hosts = new Hosts(needs, pods)
  await hosts.load()
  await sweepCallSockets(paths, hosts.tickets())
  const leave = Promise.withResolvers<string>()
  let addresses: string[] = []
  let shellAddress: string | undefined
  const verbs = new Verbs(hosts, {
    id,
    version,
    startedAt,
    hosts,
    doors: () => ({
      addresses,
      ...(shellAddress !== undefined && { shellAddress }),
      ...(certificate && { fingerprint: certificate.fingerprint }),
    }),
    spares: () => spares.counts,
    watch: async asked => await watches.open(asked),
    stop: () => leave.resolve('asked to'),
  })
  const watches = new Watches(hosts, verbs)
  const garbage = new Garbage()
  const rpc = new Rpc({
    verbs,
    log: seams.log,
    own: serverVerbs({ tokens, audit, version }),
    audit: { log: audit, clock: seams.clock },
    onAnswered: () => garbage.expect(),
  })
  const closeLinks = await listenForShims({
    hosts,
    verbs,
    spares,
    keepers,
    askAsPod: async asked => await askAsPod(rpc, asked),
  })
  const authority = new Authority({ ...seams, tokens })
  // Before the others: whoever is answered by a host finds all of it.
  const shellDoor =
    shellPort === undefined
      ? undefined
      : await openShell(seams, { host, port: shellPort, certificate: await anyCertificate(), authority })
  shellAddress = shellDoor?.address
  const onAddresses = (found: string[]) => (addresses = found)
  const doors = await openDoors({ seams, rpc, authority, host, port, onAddresses, tls: privacy?.door })
  await pods.reconcile()
  await hosts.reconcile()
  void spares.refill()
  const pruning = setInterval(() => void Promise.all([pods.prune(), hosts.prune()]), pruneMs).unref()
  const unwatch = await watchPods(seams, name => void pods.reload(name))
  void pods.reloadAll()
  hosts.watchFiles()
  void sweepCompiled(paths.compiled)
  seams.log.info('host', 'up', { pid: process.pid, version, addresses })
  const fingerprint = certificate && { fingerprint: certificate.fingerprint }
  const warnings = privacy || isLoopback(host) ? [] : [inTheClear(host)]
  for (const warning of warnings) seams.log.warn('host', warning)
  reportReady({ version, pid: process.pid, dataDir: data, addresses, shellAddress, ...fingerprint, warnings }, { json })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave.resolve(signal))
  const why = await leave.promise
  seams.log.info('host', `leaving: ${why}`, { pods: pods.all().length })
  clearInterval(pruning)
  doors.close()
  shellDoor?.close()
  certificate?.close()
  closeLinks()
  await unwatch()
  spares.detach()
  keepers.detach()
  pods.detach()
  await hosts.detach()
  // Answers that are on their way get a moment.
  setTimeout(() => process.exit(0), 50)
}

type Arguments = {
  data: string
  host: string
  port: number
  shellPort: number | undefined
  json: boolean
} & PrivacyOptions

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'shell-port': { type: 'string' },
      json: { type: 'boolean' },
      tls: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
    },
  })
  if (!values.data)
    throw new P8aError('usage', 'The daemon needs --data DIR', {
      hint: { text: 'Start it so', do: { verb: 'host start' } },
    })
  return {
    data: values.data,
    host: values.host ?? '127.0.0.1',
    port: Number(values.port ?? 3000),
    shellPort: values['shell-port'] === undefined ? undefined : Number(values['shell-port']),
    json: values.json ?? false,
    tls: values.tls,
    cert: values.cert,
    key: values.key,
  }
}

/** The shell's own port is asked for by few: all of it is loaded only then. */
async function openShell(seams: Seams, options: Omit<ShellDoorOptions, 'seams'>): Promise<ShellDoor> {
  const { openShellDoor } = await import('./server/shell/door.ts')
  return await openShellDoor({ seams, ...options })
}

/** The kernel keeps a socket's path in 108 bytes. */
function checkSocketLength(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= 107) return
  throw new P8aError(
    'bad_settings',
    `Cannot use the data directory: the path of its socket has ${bytes} bytes, the kernel allows 107`,
    {
      hint: { text: 'Choose a directory with a shorter path', do: { verb: 'host start', options: { data: 'DIR' } } },
    },
  )
}

/** An error that nobody expected ends the daemon: pods live on, and the next daemon adopts them. */
function endOnBug({ log }: Pick<Seams, 'log'>): void {
  const end = (error: unknown) => {
    log.error('bug', 'an error nobody expected ends the host', { err: error })
    process.stderr.write(`p8a: a bug: ${error instanceof Error ? error.stack : error}\n`)
    process.exit(bugExitCode)
  }
  // What it prints may go to a file on a disk that is full, or to nobody any more: no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}
