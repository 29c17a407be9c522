// The daemon: builds the parts, gives them to each other, waits, and takes them down. It never ends its pods by ending:
// they keep running, and the next daemon adopts them.
import { version } from '../protocol/version.ts'
import { type Arguments, readArguments } from './boot/arguments.ts'
import { bugExitCode, endOnBug } from './boot/bug.ts'
import { openDataFolder } from './boot/data-folder.ts'
import { openDoorOfShims } from './boot/doors.ts'
import { folderAt, watchFolder } from './boot/folder-watch.ts'
import { Garbage } from './boot/garbage.ts'
import { handOver, waitFor } from './boot/hand-over.ts'
import { Heir } from './boot/heir.ts'
import { loadHostFile } from './boot/host-file.ts'
import { closeInherited } from './boot/inherited.ts'
import { beginKept, openKept } from './boot/kept.ts'
import { Leave, type Why } from './boot/leave.ts'
import type { Reach } from './boot/reach.ts'
import { Readiness } from './boot/readiness.ts'
import { reportLeft, reportReady, reportStartError } from './boot/report.ts'
import { hasFiles, reloadingOf, rollOf } from './boot/roll.ts'
import { openSeams } from './boot/seams.ts'
import { openStarted } from './boot/started-with.ts'
import { Teardown } from './boot/teardown.ts'
import { endOnUnheardSignals } from './boot/unheard.ts'
import { Upgrade } from './boot/upgrade.ts'
import { UpgradeRecord } from './boot/upgrade-record.ts'
import { keepUp } from './boot/upkeep.ts'
import { Events } from './events/events.ts'
import { Journal } from './events/journal.ts'
import { Hooks } from './hooks/hooks.ts'
import { AuditLog } from './server/access/audit-log.ts'
import { Tokens } from './server/access/tokens.ts'
import { openPrivacy } from './server/tls/privacy.ts'
import { beginAgain } from './system/begin-again.ts'
import { systemClock } from './system/clock.ts'
import { isNotifying, wholeEnvironment } from './system/environment.ts'
import type { HeirProcess } from './system/heir-process.ts'
import type { HostLog } from './system/host-log.ts'
import { Listeners } from './system/listeners.ts'
import { nameMainProcess } from './system/main-pid.ts'
import { favorMemory } from './system/memory.ts'
import { dataPaths } from './system/paths.ts'
import { ownFolder } from './system/programs.ts'

main().catch(error => process.exit(reportStartError(error, { json: process.argv.includes('--json') })))

async function main(): Promise<void> {
  endOnUnheardSignals()
  const heir = Heir.receive()
  await serve(heir).catch(error => {
    heir?.fail(error)
    throw error
  })
}

async function serve(heir: Heir | undefined): Promise<void> {
  const wanted = readArguments(process.argv.slice(2))
  await closeInherited()
  favorMemory()
  process.umask(0o077)
  const ground = await openGround(wanted, heir)
  const host = await openHost(ground, wanted)
  if (!heir) await host.clientDoors.open()
  await begin(host)
  const why = host.leave.wanted()
  if (heir) await takeOver(host, heir)
  reportUp(host, wanted)
  void settle(host, heir)
  await leave(host, await why, wanted)
}

type Ground = Awaited<ReturnType<typeof openGround>>
type Host = Awaited<ReturnType<typeof openHost>>

/** What is there before there is a host: its folder, which is claimed, what that says, and the sockets of the one before. */
async function openGround(wanted: Arguments, heir: Heir | undefined) {
  const startedAt = new Date().toISOString()
  const paths = dataPaths(wanted.data)
  const turn = await heir?.turn(version)
  const listeners = new Listeners(heir?.doors)
  await openDataFolder(paths, listeners)
  const folder = await folderAt(paths.data)
  const file = await loadHostFile(paths.host)
  const tokens = new Tokens({ paths, clock: systemClock, settings: file.settings })
  await tokens.load()
  return { startedAt, paths, turn, listeners, folder, ...file, tokens }
}

/** Builds the parts, each of what it needs of those before it. What they take down is on the teardown. */
async function openHost(ground: Ground, wanted: Arguments) {
  const { paths, id, settings, listeners } = ground
  let events: Events | undefined
  const seams = await openSeams(paths, { settings, tell: event => events?.tell(event) })
  const { log } = seams
  const started = await openStarted(paths.started, wanted, seams)
  endOnBug(log)
  const teardown = new Teardown(error => log.error('bug', 'a part could not be taken down', { err: error }))
  const privacy = await openPrivacy({ ...started.at, ...started.privacy, id, file: paths.certificate, log })
  teardown.defer(() => privacy.certificate?.close())
  const audit = new AuditLog(paths.audit, seams)
  teardown.defer(async () => audit.close())
  const kept = await openKept(seams, teardown, wanted)
  const journal = await Journal.open({ ...seams, folder: paths.events })
  events = new Events(journal, kept.hosts)
  let reach: Pick<Reach, 'doors'> | undefined
  const doors = () => (reach ? addressesOf(reach.doors) : [])
  const hooks = await Hooks.open({ ...seams, journal, id, version, doors })
  teardown.defer(async () => await hooks.detach())
  const leave = new Leave()
  const readiness = new Readiness(kept)
  const told = { tell: seams.tell, told: journal.memory.upgrade }
  const record = await UpgradeRecord.open({ file: paths.upgrade, log, ...told })
  const reloading = () => reloadingOf(kept)
  const args = process.argv.slice(1)
  const upgrade = new Upgrade({ version, args, listeners, leave, record, settings, reloading })
  const garbage = new Garbage()
  const parts = { seams, kept, audit, privacy, leave, started, upgrade, journal, events, hooks, readiness, garbage }
  const clientDoors = await openDoorOfShims({ ...ground, ...parts }, teardown)
  reach = clientDoors.reach
  return { ...ground, ...parts, teardown, record, clientDoors }
}

function addressesOf({ addresses, shellAddress }: Reach['doors']): string[] {
  return [...addresses, ...(shellAddress === undefined ? [] : [shellAddress])]
}

/** From here on it is a host. */
async function begin({ seams, kept, events, hooks, started, readiness, garbage, ...host }: Host): Promise<void> {
  const { teardown, paths, folder, leave } = host
  await events.begin({ pid: process.pid, version })
  await hooks.begin()
  await started.keep()
  await beginKept(kept)
  readiness.begin()
  garbage.expect()
  teardown.defer(await keepUp(seams, kept))
  teardown.defer(watchFolder(paths.data, folder, whenReplaced(leave, seams.log)))
}

/** Resolves once nobody else is the host any more. Until then whoever connects waits, since this one may yet fail. */
async function takeOver({ kept, clientDoors }: Host, heir: Heir): Promise<void> {
  await heir.prove(() => rollOf(kept))
  await clientDoors.open()
}

function reportUp({ seams: { log }, privacy: { warnings }, ...host }: Host, wanted: Arguments): void {
  const { doors } = host.clientDoors.reach
  log.info('host', 'up', { pid: process.pid, version, addresses: doors.addresses })
  for (const warning of warnings) log.warn('host', warning)
  reportReady({ version, pid: process.pid, dataDir: host.paths.data, ...doors, warnings }, wanted)
}

/** It may leave. */
async function settle({ leave, record, turn }: Host, heir: Heir | undefined): Promise<void> {
  leave.settle()
  await record.settle({ isHeir: heir !== undefined, folder: ownFolder(), ...turn })
}

/** Ends this process, with what waits for it. */
async function leave(
  { paths, seams, kept, events, readiness, teardown, listeners, settings, ...host }: Host,
  { text: why, isAgain, prepared }: Why,
  wanted: Arguments,
): Promise<void> {
  const { log } = seams
  await host.leave.settled()
  readiness.leave()
  log.info('host', `leaving: ${why}`, { pods: kept.root.pods.all().length })
  const runs = kept.hosts.countRuns()
  events.end({ pid: process.pid, why })
  if (prepared) {
    const isThere = (pod: string) => hasFiles(paths, pod)
    const next = await handOver(prepared, { listeners, teardown, log, settings, roll: rollOf(kept), isThere })
    return await leaveTo(next, wanted)
  }
  await teardown.disposeAsync()
  if (isAgain) beginAgain(process.argv.slice(1))
  reportLeft({ runs, why }, wanted)
  process.exit(0)
}

/** Whoever waits for this process, such as a shell, a container or another supervisor, sees it as long as there is a host. */
async function leaveTo(next: HeirProcess | undefined, { isDetached }: { isDetached: boolean }): Promise<void> {
  if (!next) process.exit(bugExitCode)
  if (!isDetached && isNotifying()) nameMainProcess(next.pid, wholeEnvironment({}))
  if (isDetached) process.exit(0)
  const { code } = await waitFor(next)
  process.exit(code ?? bugExitCode)
}

function whenReplaced(leave: Leave, log: HostLog): Parameters<typeof watchFolder>[2] {
  return {
    onReplaced: () =>
      leave.again('another directory is in the place of its data directory, and it begins again with that'),
    onGone: () => log.error('host', 'its data directory was moved or removed: it cannot save, and is not found'),
  }
}
