// Puts a unit where systemd looks, takes it away, and runs systemd's commands.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { commandLine } from './startup-plan.ts'
import { unitMark } from './unit.ts'

/** How long a command of systemd may take: the start of a host is waited for. */
const mostMs = 60_000

/**
 * Whether systemd runs this machine is told by a folder: https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html
 * @throws {P8aError} `unsupported`
 */
export async function checkBooted(folder = '/run/systemd/system'): Promise<void> {
  await stat(folder).catch(() => {
    throw noSystemd('systemd')
  })
}

/** @throws {P8aError} `bad_settings` if another unit is there, `save_failed` */
export async function writeUnit(file: string, text: string): Promise<void> {
  const before = await unitAt(file)
  if (before !== undefined && !before.startsWith(unitMark)) throw foreign(file)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  } catch (cause) {
    throw new P8aError('save_failed', `Cannot write ${file}: ${(cause as Error).message}`, {
      hint: { text: 'To see what would be written', do: { verb: 'startup', options: { print: true } } },
      facts: { file },
      cause,
    })
  }
}

/** @throws {P8aError} `file_not_found` if there is none, `bad_settings` if it is another one's, `save_failed` */
export async function checkUnit(file: string): Promise<void> {
  const before = await unitAt(file)
  if (before === undefined)
    throw new P8aError('file_not_found', `No host is started at boot by ${file}: there is no such unit`, {
      facts: { file },
    })
  if (!before.startsWith(unitMark)) throw foreign(file)
}

/** @throws {P8aError} `save_failed` */
export async function removeUnit(file: string): Promise<void> {
  await rm(file).catch(cause => {
    throw new P8aError('save_failed', `Cannot remove ${file}: ${(cause as Error).message}`, { facts: { file }, cause })
  })
}

async function unitAt(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new P8aError('save_failed', `Cannot read ${file}: ${cause.message}`, { facts: { file }, cause })
  })
}

function foreign(file: string): P8aError {
  return new P8aError('bad_settings', `Cannot change ${file}: "pod startup" did not make it`, {
    hint: 'Move it away first, if it is not needed any more',
    facts: { file },
  })
}

/** @throws {P8aError} `unsupported` without systemd, `start_failed` with what the command said */
export async function runSystemd(command: readonly string[]): Promise<void> {
  const { execa } = await import('execa')
  const [program = '', ...args] = command
  const { exitCode, stderr, failed, code } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: mostMs,
  })
  if (!failed) return
  if (code === 'ENOENT') throw noSystemd(program)
  throw new P8aError(
    'start_failed',
    `Cannot do ${JSON.stringify(commandLine(command))}: ${stderr.trim() || `exit code ${exitCode}`}`,
    {
      hint: /bus|XDG_RUNTIME_DIR/.test(stderr)
        ? 'This shell has no session of systemd: log in as this user (not by su), or set XDG_RUNTIME_DIR=/run/user/$(id -u)'
        : { text: 'What is not done yet', do: { verb: 'startup', options: { print: true } } },
      facts: { command: [...command] },
    },
  )
}

function noSystemd(program: string): P8aError {
  return new P8aError('unsupported', `Cannot start a host at boot: there is no ${program} here`, {
    hint: 'Let what starts programs at boot here run "pod host start" in the foreground; when it ends the host, pods must be left running',
    facts: { program },
  })
}
