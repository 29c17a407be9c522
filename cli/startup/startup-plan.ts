// What has to be done for a host to start at boot: a unit in a folder, and commands of systemd. It does nothing.
import { join } from 'node:path'
import { shellWord } from '../say/shell-word.ts'
import { unitText } from './unit.ts'

export type Machine = {
  isRoot: boolean
  user: string
  home: string
  configHome: string | undefined
  path: string
  dataDir: string
  /** The usual data directory of this user, which needs no word. */
  usualDataDir: string
  /** What runs `pod`. */
  program: readonly string[]
}

export type StartupPlan = {
  file: string
  unit: string
  /** What lets it start at boot, in their order. */
  commands: string[][]
  /** What starts the host by its unit. */
  start: string[]
  /** What tells, by its exit code, whether the unit has a host. */
  isActive: string[]
  /** What undoes it before the file is removed. */
  undo: string[][]
  /** Behind the removal of the file. */
  after: string[][]
}

/** The name of the unit: one for each data directory that is not the usual one. */
function unitName({ dataDir, usualDataDir }: Machine): string {
  if (dataDir === usualDataDir) return 'p8a.service'
  return `p8a-${dataDir
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(-80)}.service`
}

/** @param options.listen `--port` and `--host` of the host */
export function startupPlan(machine: Machine, { listen }: { listen: readonly string[] }): StartupPlan {
  const { isRoot, user, home, configHome, path, dataDir, program } = machine
  const name = unitName(machine)
  const folder = isRoot ? '/etc/systemd/system' : join(configHome ?? join(home, '.config'), 'systemd/user')
  const systemctl = isRoot ? ['systemctl'] : ['systemctl', '--user']
  const command = [...program, 'host', 'start', '--data', dataDir, ...listen]
  const reload = [...systemctl, 'daemon-reload']
  return {
    file: join(folder, name),
    unit: unitText({ scope: isRoot ? 'system' : 'user', command, path, dataDir }),
    commands: [
      reload,
      // Without it, a user's services begin at the first login and end at the last logout.
      ...(isRoot ? [] : [['loginctl', 'enable-linger', user]]),
      [...systemctl, 'enable', name],
    ],
    start: [...systemctl, 'start', name],
    isActive: [...systemctl, 'is-active', '--quiet', name],
    undo: [[...systemctl, 'disable', '--now', name]],
    after: [reload],
  }
}

/** A command as it is typed. */
export function commandLine(command: readonly string[]): string {
  return command.map(shellWord).join(' ')
}
