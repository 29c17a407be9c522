// The environment of the command: what of it means anything to `pod`. The only file that reads it.
import { shellTicketEnv } from '../protocol/limits.ts'

/** Variables by what they say. One that is empty says nothing. */
export const environment = {
  /** The data directory of the host on this machine. */
  get dataDir(): string | undefined {
    return process.env.P8A_DATA || undefined
  },
  /** The token for the remote. */
  get token(): string | undefined {
    return process.env.P8A_TOKEN || undefined
  },
  /** What a prompt on the shell's own port acts by: its host gives it to the process of the prompt. */
  get shellTicket(): string | undefined {
    return process.env[shellTicketEnv]
  },
  /** Whether errors come with the places in the code where they were made. */
  get isDebug(): boolean {
    return Boolean(process.env.P8A_DEBUG)
  },
  /** The time zone that is asked for; empty is UTC to all programs. */
  get timeZone(): string | undefined {
    return process.env.TZ
  },
  get home(): string | undefined {
    return process.env.HOME || undefined
  },
  /** One that is relative means nothing, as the standard says: https://specifications.freedesktop.org/basedir-spec */
  get configHome(): string | undefined {
    const { XDG_CONFIG_HOME: folder } = process.env
    return folder?.startsWith('/') ? folder : undefined
  },
  /** Whether somebody has decided about colours for whatever stdout is. */
  get decidesColor(): boolean {
    return process.env.FORCE_COLOR !== undefined
  },
}

/** All of the environment, for a program that is started, and `defaults` where it says nothing. */
export function environmentWith(defaults: Record<string, string>): NodeJS.ProcessEnv {
  return { ...defaults, ...process.env }
}
