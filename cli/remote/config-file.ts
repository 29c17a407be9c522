// The user's config file: remotes, and which data directory serves which port here. It is written whole and 0600.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'
import { homeDir } from '../host/data-dir.ts'

/** A remote as the file has it: its address in the form in which it is shown, and the fingerprint that is pinned. */
export type SavedRemote = { address: string; path?: string; token?: string; fingerprint?: string }

export type Config = {
  remotes: Record<string, SavedRemote>
  /** Port -> data directories of hosts that were started on it here, the newest first. */
  hosts: Record<string, string[]>
}

/** The file, in `XDG_CONFIG_HOME`, by default `~/.config`. */
export function configFile(): string {
  return join(configDir(), 'config.json')
}

/**
 * What the file says; empty if there is no file.
 * @throws {P8aError} `bad_settings`, naming the file
 */
export function readConfig(): Config {
  return configOf(readAll())
}

/**
 * Changes the members of the file that `edit` returns for it; no other `pod` changes the file meanwhile.
 * @throws {P8aError} `save_failed`; `bad_settings` if the file is broken, so that it is never overwritten; what `edit`
 * throws
 */
export async function changeConfig(edit: (config: Config) => Partial<Config>): Promise<void> {
  readConfig()
  // Most commands only read the file, and none of this is needed for that.
  const [{ writeFileSync }, { makeOwnFolder }, { alone }] = await Promise.all([
    import('atomically'),
    import('../host/make-folder.ts'),
    import('./config-lock.ts'),
  ])
  try {
    // Anyone who may write there decides to which hosts `pod` connects.
    await makeOwnFolder(configDir())
    await alone(configFile(), async () => {
      const all = readAll()
      const change = edit(configOf(all))
      if (Object.keys(change).length === 0) return
      const text = `${JSON.stringify({ ...(all as object), ...change }, undefined, 2)}\n`
      writeFileSync(configFile(), text, { mode: 0o600 })
    })
  } catch (cause) {
    if (cause instanceof P8aError && cause.code !== 'save_failed') throw cause
    throw new P8aError('save_failed', `Cannot write ${configFile()}: ${(cause as Error).message}`, {
      hint: 'Check who owns that directory, and whether the disk is full',
      facts: { file: configFile() },
      cause,
    })
  }
}

/** The folder of the user's config. */
export function configDir(): string {
  return join(environment.configHome ?? join(homeDir(), '.config'), 'p8a')
}

/** Everything in the file, also what is no part of a {@link Config}: another version may have written that. */
function readAll(): unknown {
  let text: string
  try {
    text = readFileSync(configFile(), 'utf8')
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return {}
    throw broken((cause as Error).message, cause)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw broken('it is not JSON', cause)
  }
}

function configOf(value: unknown): Config {
  const { remotes = {}, hosts = {} } = isRecord(value) ? value : { remotes: undefined, hosts: undefined }
  if (!isRecord(value) || !isRecord(remotes) || !isRecord(hosts)) throw broken('it is not a config of p8a')
  const wrong = Object.keys(remotes).find(name => !isSavedRemote(remotes[name]))
  if (wrong !== undefined) throw broken(`the remote ${JSON.stringify(wrong)} has no address`)
  const lists = Object.entries(hosts).filter((entry): entry is [string, string[]] => isTexts(entry[1]))
  return { remotes: remotes as Config['remotes'], hosts: Object.fromEntries(lists) }
}

function isSavedRemote(value: unknown): value is SavedRemote {
  if (!isRecord(value) || typeof value.address !== 'string') return false
  return [value.path, value.token, value.fingerprint].every(text => text === undefined || typeof text === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(text => typeof text === 'string')
}

function broken(why: string, cause?: unknown): P8aError {
  return new P8aError('bad_settings', `Cannot read ${configFile()}: ${why}`, {
    hint: 'Repair that file, or move it away and add your remotes again',
    facts: { file: configFile() },
    cause,
  })
}
