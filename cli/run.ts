// One command line, from argv to exit code. It knows how a command is found and started, and nothing of any command.
import { durationMs, durationProblem } from '../protocol/duration.ts'
import { errorTable, P8aError } from '../protocol/errors.ts'
import type { Command, Step } from '../protocol/hint.ts'
import type { Caller, CommandSpec, Context, Input } from './argv/command.ts'
import {
  type Arg,
  argsOf,
  commandsWith,
  flagsOf,
  groupOf,
  type Matched,
  match,
  nameOf,
  usageStep,
} from './argv/grammar.ts'
import { withRemote } from './argv/implied-remote.ts'
import type { Options } from './argv/options.ts'
import type { UsualForm } from './argv/usual-form.ts'
import { asksForJson, type Flag, walk } from './argv/walk.ts'
import { usualSilenceMs } from './client/pulse.ts'
import { environment } from './environment.ts'
import { dataDir } from './host/data-dir.ts'
import { isRemote, remoteSteps } from './remote/remotes.ts'
import { Output } from './say/output.ts'
import { exitCodeOf, report } from './say/report.ts'
import { table } from './table.ts'

const versionFlag: Flag = { name: 'version', short: 'v', takesValue: false }

/** Does what `argv` (without node and program) asks, and returns the exit code; errors are printed. */
export async function run(argv: readonly string[]): Promise<number> {
  const output = new Output({ json: asksForJson(argv) })
  try {
    return await dispatch(argv, { output, open })
  } catch (error) {
    await report(error, output)
    return exitCodeOf(error)
  }
}

async function open(options: Options, output: Output): Promise<Context> {
  output.dataDir = options.text('data')
  const token = options.text('token')
  return {
    output,
    dataDir: dataDir(options.text('data')),
    silenceMs: silenceOf(options),
    token: token === '-' ? await askToken() : (token ?? environment.token),
    cli: { table, dispatch },
  }
}

/** @throws {P8aError} `usage` */
function silenceOf(options: Options): number {
  const typed = options.milliseconds('host-timeout')
  const given = environment.hostTimeout
  if (typed !== undefined || given === undefined) return typed ?? usualSilenceMs
  const problem = durationProblem(given)
  if (problem === undefined) return durationMs(given) as number
  throw new P8aError('usage', `Cannot wait ${JSON.stringify(given)} for a host: it ${problem}`, {
    facts: { variable: 'P8A_HOST_TIMEOUT' },
  })
}

async function askToken(): Promise<string> {
  const { secretOr } = await import('./say/secret.ts')
  return await secretOr('-', 'Token: ')
}

/**
 * Does what `argv` asks, and returns the exit code.
 * @throws {P8aError} what the command throws; `usage`
 */
async function dispatch(argv: readonly string[], caller: Caller): Promise<number> {
  const { output } = caller
  const start = commandAt(argv)
  const [before, words] = [argv.slice(0, start), argv.slice(start)]
  if (words[0] === 'help')
    return await help(
      words.slice(1).filter(word => !word.startsWith('-')),
      output,
    )
  if (words[0] === 'complete') return await (await import('./argv/completion.ts')).complete(table, words.slice(1))
  if (words[0] === undefined) {
    const { options } = walk(before, { flags: [...flagsOf(), versionFlag], params: false })
    return options.has('version') ? await printVersion(output) : await help([], output)
  }
  const group = words.filter(word => !word.startsWith('-'))
  const isHelp = argv.includes('--help') || argv.includes('-h')
  if (isHelp && groupOf(table, group).length > 0) return await help(group, output)
  const matched = await matchOr(words, () => runOwn(words, { before, caller }))
  if (typeof matched === 'number') return matched
  try {
    return await runCommand(matched, { before, words, caller })
  } catch (error) {
    const form = await usualFormOf(error, { matched, words })
    if (form && 'hint' in form) throw withHint(error as P8aError, form.hint)
    if (!form) throw await withUsage(error, matched)
    if ('answer' in form) {
      output.answer(form.answer, () => form.answer.signals.join(' '))
      return 0
    }
    try {
      return await runCommand(matched, { before, words: [...words.slice(0, matched.words), ...form.typed], caller })
    } catch (error) {
      throw await withUsage(error, matched)
    }
  }
}

/** What was meant by an option that is none of ours, if another tool has it in that form. */
async function usualFormOf(
  error: unknown,
  { matched, words }: { matched: Matched; words: readonly string[] },
): Promise<UsualForm | undefined> {
  if (!(error instanceof P8aError) || !isUnknownOption(error)) return undefined
  const { usualForm } = await import('./argv/usual-form.ts')
  return usualForm(nameOf(matched.spec), words.slice(matched.words))
}

/** An option that has a value is known, and its value is what is wrong. */
function isUnknownOption({ code, facts }: P8aError): boolean {
  return code === 'usage' && typeof facts.option === 'string' && facts.value === undefined
}

function withHint({ code, message, facts, cause }: P8aError, hint: readonly Step[]): P8aError {
  return new P8aError(code, message, { hint, facts, cause })
}

/** What `words` mean; if they are no command, the exit code of what else they are. @throws {P8aError} `usage` if they are nothing */
async function matchOr(words: readonly string[], other: () => Promise<number | undefined>): Promise<Matched | number> {
  try {
    return match(table, words)
  } catch (error) {
    const code = await other()
    if (code === undefined) throw await withElsewhere(error, words)
    return code
  }
}

/** A word that is a command of another tool gets what it is here as its hint. */
async function withElsewhere(error: unknown, words: readonly string[]): Promise<unknown> {
  const [first, ...typed] = words.filter(word => !word.startsWith('-'))
  if (!(error instanceof P8aError) || first === undefined || groupOf(table, [first]).length > 0) return error
  const { commandElsewhere } = await import('./argv/elsewhere.ts')
  const hint = await commandElsewhere(first, typed)
  return hint ? new P8aError(error.code, error.message, { hint, facts: error.facts, cause: error }) : error
}

/** Runs a command that a pod brings to its host. @returns undefined if there is none */
async function runOwn(
  words: readonly string[],
  { before, caller }: { before: readonly string[]; caller: Caller },
): Promise<number | undefined> {
  const { runHostCommand } = await import('./shell/host-command.ts')
  const { options } = walk(before, { flags: flagsOf(), params: false })
  return (await runHostCommand(words, await caller.open(options, caller.output))) ? 0 : undefined
}

async function runCommand(
  matched: Matched,
  { before, words, caller }: { before: readonly string[]; words: readonly string[]; caller: Caller },
): Promise<number> {
  const rest = words.slice(matched.words)
  const input = walk([...before, ...rest], {
    flags: flagsOf(matched.spec),
    params: matched.spec.takesParams ?? false,
    tail: matched.spec.takesTail ?? matched.spec.takesParams ?? false,
  })
  if (input.options.has('help')) return await help(words.slice(0, matched.words), caller.output)
  const { args, isImplied } = withRemote(matched.spec, input.args, isRemote)
  const whole = { ...input, args, isImplied }
  await checkArgs(matched, whole)
  const { run } = await matched.spec.load()
  const context = await caller.open(input.options, caller.output)
  try {
    return (await run(whole, context)) ?? 0
  } catch (error) {
    const { aboutTyped } = await import('./argv/wrong-value.ts')
    const typed = aboutTyped(error, { spec: matched.spec, options: input.options })
    throw isImplied
      ? await aboutLocal(typed, { word: input.args[0], verb: nameOf(matched.spec) as Command['verb'] })
      : typed
  }
}

/** Whoever named no remote may have meant a pod of another host, or mistyped a remote. */
async function aboutLocal(
  error: unknown,
  { word, verb }: { word: string | undefined; verb: Command['verb'] },
): Promise<unknown> {
  if (!(error instanceof P8aError) || word === undefined) return error
  if (error.code !== 'pod_not_found' && error.code !== 'host_unreachable') return error
  const { code, message, steps, facts, cause } = error
  // Where several were named, another one may be the one that is missing.
  if (typeof facts.pod === 'string' && facts.pod !== word) return error
  const named = code === 'pod_not_found' ? await namedSteps(word, verb) : undefined
  const hint = named ?? [...steps, ...remoteSteps(word, { isAside: true })]
  return new P8aError(code, message, { hint, facts, cause })
}

/** Loaded here, since few pods are named by their file. */
async function namedSteps(word: string, verb: Command['verb']): Promise<readonly Step[] | undefined> {
  const { asNamed } = await import('./argv/as-up.ts')
  const { podNameOf } = await import('./project/project-name.ts')
  return asNamed(verb, word, podNameOf(word, { isFolder: false }))
}

/** Wrong usage that has no hint gets the line of usage as its hint. */
async function withUsage(error: unknown, { spec }: Matched): Promise<unknown> {
  if (!(error instanceof P8aError) || errorTable[error.code].exit !== 2) return error
  const option = typeof error.facts?.option === 'string' ? error.facts.option : undefined
  const habit = option === undefined || error.facts.value !== undefined ? undefined : await habitOf(spec, option)
  if (!habit && error.steps.length > 0) return error
  // An option that has a value is known, and its value is what is wrong.
  const unknown = error.facts.value === undefined ? option : undefined
  const [other] = unknown === undefined ? [] : commandsWith(table, unknown)
  const foreign = habit ?? (unknown === undefined ? [] : await stepsForForeign(unknown))
  const shown = foreign.length > 0 ? spec : (other ?? spec)
  const hint: Step[] = [
    ...foreign,
    usageStep(shown, shown !== spec ? 'That is an option of another command' : undefined),
    { text: 'more', do: { verb: 'help', args: nameOf(shown).split(' ') } },
  ]
  return new P8aError(error.code, error.message, { hint, facts: error.facts, cause: error.cause })
}

async function habitOf(spec: CommandSpec, option: string): Promise<readonly Step[] | undefined> {
  return (await import('./argv/other-options.ts')).habitOf(nameOf(spec), option)
}

/** Loaded here, since few options are wrong. */
async function stepsForForeign(option: string, isShort = option.length === 1): Promise<readonly Step[]> {
  const { foreignOption } = await import('./argv/foreign.ts')
  return foreignOption(option, { isShort })?.steps ?? []
}

/** Where the words of the command begin: after the options that may stand before them. */
function commandAt(argv: readonly string[]): number {
  if (!argv[0]?.startsWith('-')) return 0
  const flags = flagsOf()
  let at = 0
  for (; argv[at]?.startsWith('-'); at++) {
    const flag = flags.find(flag => `--${flag.name}` === argv[at])
    if (flag?.takesValue) at++
  }
  return Math.min(at, argv.length)
}

async function checkArgs({ spec }: Matched, { args, params, shorts }: Input): Promise<void> {
  const [name, wanted] = [nameOf(spec), argsOf(spec)]
  const signed = args.find((word, index) => /^-[\d.]/.test(word) && isNamed(wanted[index] ?? wanted.at(-1)))
  if (signed !== undefined)
    throw new P8aError('usage', `Unknown option ${JSON.stringify(signed)}`, { facts: { option: signed.slice(1) } })
  const usage = usageStep(spec)
  const missing = wanted
    .slice(args.length)
    .filter(arg => arg.isRequired)
    .map(({ name, isVariadic }) => (isVariadic ? name.replace(/s$/, '') : name).toUpperCase())
  if (missing.length > 0) {
    const { pairAsWritten } = await import('./argv/other-options.ts')
    const [swallowed] = Object.keys(params)
    const foreign = swallowed === undefined ? [] : await stepsForForeign(swallowed, shorts?.has(swallowed))
    const hint = pairAsWritten(name, args) ?? [...foreign, usage]
    throw new P8aError('usage', `"pod ${name}" needs ${missing.join(' and ')}`, { hint })
  }
  const extra = wanted.some(arg => arg.isVariadic) ? undefined : args[wanted.length]
  if (extra === undefined) return
  throw new P8aError('usage', `Cannot read ${JSON.stringify(extra)}: "pod ${name}" takes no more arguments`, {
    hint: spec.takesParams ? 'A param is written --name value' : usage,
  })
}

/** Whether an argument is the name of something: such begins with no dash. */
function isNamed(arg: Arg | undefined): boolean {
  return arg !== undefined && ['remote', 'name', 'names', 'run'].includes(arg.name)
}

async function help(words: readonly string[], output: Output): Promise<number> {
  try {
    await showHelp(words, output)
    return 0
  } catch (error) {
    throw await withElsewhere(error, words)
  }
}

async function showHelp(words: readonly string[], output: Output): Promise<void> {
  if (output.json) {
    const { helpData } = await import('./argv/help-data.ts')
    output.answer(helpData(table, words), () => '')
    return
  }
  const { printHelp } = await import('./argv/help.ts')
  printHelp(table, words)
}

async function printVersion(output: Output): Promise<number> {
  const { version } = await import('../protocol/version.ts')
  output.answer({ version }, () => version)
  return 0
}
