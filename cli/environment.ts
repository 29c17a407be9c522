// The environment variables that mean something to `pod`. The only file that reads the environment.
import { shellTicketEnv } from '../protocol/limits.ts'

/** Variables by their meaning. An empty variable counts as not set. */
export const environment = {
  /** The data directory of the host on this machine. */
  get dataDir(): string | undefined {
    return process.env.P8A_DATA || undefined
  },
  /** The token for the remote. */
  get token(): string | undefined {
    return process.env.P8A_TOKEN || undefined
  },
  /** For how long a host may show no sign of life, as a duration. */
  get hostTimeout(): string | undefined {
    return process.env.P8A_HOST_TIMEOUT || undefined
  },
  /** How much is read from stdin, or of a file for `--stdin`, in bytes. */
  get maxStdin(): string | undefined {
    return process.env.P8A_MAX_STDIN || undefined
  },
  /** How large an env file may be, in bytes. */
  get maxEnvFile(): string | undefined {
    return process.env.P8A_MAX_ENV_FILE || undefined
  },
  /** For how long nothing may come from a pipe that is named as a file, as a duration. */
  get fileTimeout(): string | undefined {
    return process.env.P8A_FILE_TIMEOUT || undefined
  },
  /** The ticket by which a prompt on the shell's own port acts: its host gives it to the process of the prompt. */
  get shellTicket(): string | undefined {
    return process.env[shellTicketEnv]
  },
  /** The repository of which git runs a hook. */
  get gitFolder(): string | undefined {
    return process.env.GIT_DIR || undefined
  },
  /** Whether errors are printed with their stacks. */
  get isDebug(): boolean {
    return Boolean(process.env.P8A_DEBUG)
  },
  /** The time zone that is set; to all programs, an empty one means UTC. */
  get timeZone(): string | undefined {
    return process.env.TZ
  },
  /** One that is no absolute path names no folder: what is kept there would lie wherever somebody is. */
  get home(): string | undefined {
    const { HOME: folder } = process.env
    return folder?.startsWith('/') ? folder : undefined
  },
  /** A relative path is ignored, as the standard says: https://specifications.freedesktop.org/basedir-spec */
  get configHome(): string | undefined {
    const { XDG_CONFIG_HOME: folder } = process.env
    return folder?.startsWith('/') ? folder : undefined
  },
  /** A variable that somebody names. */
  variable(name: string): string | undefined {
    return process.env[name]
  },
  /** All variables of this shell. */
  get all(): Readonly<Record<string, string | undefined>> {
    return process.env
  },
  /** Whether a program may open windows. */
  get hasScreen(): boolean {
    return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  },
  /** What kind of terminal it is; `dumb` cannot move its cursor. */
  get terminal(): string | undefined {
    return process.env.TERM
  },
  /** Whether somebody has decided about colors, whatever stdout is. */
  get decidesColor(): boolean {
    return process.env.FORCE_COLOR !== undefined
  },
}

/** The whole environment for a program that is started, with `defaults` for variables that are not set. */
export function environmentWith(defaults: Record<string, string>): NodeJS.ProcessEnv {
  return { ...defaults, ...process.env }
}
