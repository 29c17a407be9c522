// pod startup: lets systemd start the host on this machine at boot.
import { userInfo } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { defaultPort, parseAddress, readMachine } from '../client/address.ts'
import { environment } from '../environment.ts'
import { homeDir, dataDir as usualData } from '../host/data-dir.ts'
import { withLocalHost } from '../host/local-host.ts'
import { processGone } from '../host/process-gone.ts'
import { podCommand } from '../host/programs.ts'
import { commandLine, type Machine, type StartupPlan, startupPlan } from '../startup/startup-plan.ts'
import { checkBooted, checkUnit, removeUnit, runSystemd, writeUnit } from '../startup/systemd.ts'

/** What PM2's users name in its place: `pm2 startup systemd`. */
const systemd = 'systemd'

export const run: Run = async ({ args: [init = systemd], options }, context) => {
  const { output } = context
  if (init !== systemd)
    throw new P8aError(
      'unsupported',
      `Cannot start a host at boot by ${JSON.stringify(init)}: only systemd is known here`,
      {
        hint: 'Let what starts programs at boot there run "pod host start" in the foreground',
      },
    )
  if (process.platform !== 'linux')
    throw new P8aError('unsupported', `Cannot start a host at boot on ${process.platform}: there is no systemd`, {
      hint: 'Let what starts programs at boot there run "pod host start" in the foreground',
    })
  const running = await runningHost(context)
  const starts = !options.has('no-start')
  const plan = startupPlan(machineOf(context), { listen: listenOf(options, running) })
  if (options.has('print')) {
    output.answer(plan, () => printed(plan, { starts, isRemoval: options.has('remove') }))
    return 0
  }
  if (options.has('remove')) return await remove(plan, context)
  refusePassing(plan)
  await checkBooted()
  await writeUnit(plan.file, plan.unit)
  for (const command of plan.commands) await runSystemd(command)
  if (starts) await startByUnit(plan, running, context)
  output.answer({ file: plan.file, started: starts }, () => '')
  if (output.json) return 0
  const { say } = await import('../say/say.ts')
  await say('success', `The host is started at boot${starts ? ', and runs now' : ''}: ${plan.file}`)
  return 0
}

async function remove(plan: StartupPlan, { output }: Context): Promise<number> {
  await checkUnit(plan.file)
  for (const command of plan.undo) await runSystemd(command)
  await removeUnit(plan.file)
  for (const command of plan.after) await runSystemd(command)
  output.answer({ file: plan.file, removed: true }, () => '')
  if (output.json) return 0
  const { say } = await import('../say/say.ts')
  await say('success', 'The host is not started at boot any more')
  output.write(
    `It has ended, and its pods keep running. To start it: ${output.command({ verb: 'host start', options: { detach: true } })}`,
  )
  return 0
}

function machineOf({ dataDir }: Context): Machine {
  return {
    isRoot: process.getuid?.() === 0,
    user: userInfo().username,
    home: homeDir(),
    configHome: environment.configHome,
    path: [dirname(process.execPath), environment.variable('PATH') ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    dataDir,
    usualDataDir: usualData(undefined),
    program: podCommand(),
  }
}

/** Where the host that runs now listens, unless the options say something else. */
function listenOf(options: Options, running: HostInfo | undefined): string[] {
  const own = running?.addresses.map(parseAddress).find(address => address.kind === 'tcp')
  const port = options.wholeNumber('port', { most: 65_535 }) ?? (own?.kind === 'tcp' ? own.port : defaultPort)
  const host = options.read('host', readMachine) ?? (own?.kind === 'tcp' ? own.host : '127.0.0.1')
  return ['--port', String(port), '--host', host]
}

async function runningHost({ dataDir }: Context): Promise<HostInfo | undefined> {
  return await withLocalHost({ dataDir }, async client => await client.call('host.info', {})).catch(error => {
    if (error instanceof P8aError && error.code === 'host_unreachable') return undefined
    throw error
  })
}

/** Two hosts cannot have one data directory: one that somebody started by hand ends first. Its pods go on meanwhile. */
async function startByUnit(
  { isActive, start }: StartupPlan,
  running: HostInfo | undefined,
  context: Context,
): Promise<void> {
  if (running && !(await succeeds(isActive))) await stopHost(running, context)
  await runSystemd(start)
}

async function succeeds(command: readonly string[]): Promise<boolean> {
  return await runSystemd(command).then(
    () => true,
    error => {
      if (error instanceof P8aError && error.code === 'start_failed') return false
      throw error
    },
  )
}

async function stopHost({ pid }: HostInfo, { dataDir }: Context): Promise<void> {
  await withLocalHost({ dataDir }, async client => await client.call('host.stop', {}))
  await processGone(pid)
}

/** npx keeps what it fetched for a while only. */
function refusePassing({ unit }: StartupPlan): void {
  if (!/[/\\]_npx[/\\]/.test(unit)) return
  throw new P8aError(
    'unsupported',
    'Cannot start a host at boot from the cache of npx: what lies there does not stay',
    {
      hint: 'Install p8a first: npm install --global p8a',
    },
  )
}

function printed(
  { file, unit, commands, start, undo, after }: StartupPlan,
  { starts, isRemoval }: { starts: boolean; isRemoval: boolean },
): string {
  if (isRemoval) return [...undo.map(commandLine), `rm ${commandLine([file])}`, ...after.map(commandLine)].join('\n')
  const all = [...commands, ...(starts ? [start] : [])]
  return [`# ${file}`, unit.trimEnd(), '', '# Then:', ...all.map(commandLine)].join('\n')
}
