// What a command is: what it declares, what it is given, and what it can ask of the command line. It must not know any
// command.
import type { Output } from '../say/output.ts'
import type { Options } from './options.ts'
import type { Tail } from './walk.ts'

/** What every command gets beside its own arguments. */
export type Context = {
  output: Output
  /** The data directory that `local` and `pod host …` mean; absolute. */
  dataDir: string
  /** A token that was given for this command only. */
  token: string | undefined
  /** For how long a host may show no sign of life, in ms; 0: for ever. */
  silenceMs: number
  /** Ends its connections, whatever they are doing: Ctrl-C in the shell. */
  signal?: AbortSignal | undefined
  cli: Cli
}

/** The command line itself, for a command that runs others: the shell. */
export type Cli = {
  table: readonly CommandSpec[]
  /** Does what `argv` asks; resolves to the exit code. Throws what the command throws. */
  dispatch: (argv: readonly string[], caller: Caller) => Promise<number>
}

/** Where a command line comes from: how it prints, and what its command gets beside its arguments. */
export type Caller = { output: Output; open: (options: Options, output: Output) => Context | Promise<Context> }

/** What a command was given. `params` is filled only for a command that takes them. */
export type Input = {
  args: string[]
  /** Whether the remote among `args` was not typed. */
  isImplied?: boolean
  options: Options
  params: Record<string, string>
  /** The params that were written with one dash, such as `-d`. */
  shorts?: ReadonlySet<string>
  tail?: Tail
}

/** Does a command. Resolves to its exit code; undefined means 0. */
export type Run = (input: Input, context: Context) => Promise<number | undefined>

/** An option as help shows it, and what it means. If it takes a value, the value stands in `<>`. */
export type FlagLine = readonly [flag: string, about: string]

export type CommandSpec = {
  /** One word or two, then arguments: `<needed>`, `[may be left out]`, `[...any number]`. */
  usage: string
  aliases?: readonly string[]
  about: string
  flags?: readonly FlagLine[]
  examples?: readonly string[]
  /** Options it does not declare are params. */
  takesParams?: boolean
  /** What stands behind `--` is for the program that is started. */
  takesTail?: boolean
  load: () => Promise<{ run: Run }>
}

/** Options that every command has. */
export const globalFlags: readonly FlagLine[] = [
  ['--json', 'Print JSON, for scripts'],
  ['--data <dir>', 'Data directory of the host on this machine (or P8A_DATA; default: ~/.p8a, for root /var/lib/p8a)'],
  ['--token <token>', 'Token of the remote (or P8A_TOKEN); - reads it from stdin or asks for it'],
  [
    '--host-timeout <time>',
    'How long the host may show no sign of life; 0: for ever (or P8A_HOST_TIMEOUT; default: 15s)',
  ],
  ['-h, --help', 'Show this help'],
]
