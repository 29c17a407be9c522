// What to do about an error, as data: steps, each a text and perhaps a command. The code that shows the error puts them
// into words, since only that code knows what the reader calls the host. This file knows no host and no command line.

/** Commands about a host: `pod logs REMOTE web`. */
const remoteVerbs = [
  'push',
  'start',
  'stop',
  'restart',
  'reload',
  'rollback',
  'scale',
  'env',
  'group set',
  'group list',
  'group remove',
  'routes',
  'pause',
  'resume',
  'gateway status',
  'fleet init',
  'fleet invite',
  'fleet join',
  'fleet move',
  'fleet leave',
  'fleet status',
  'fleet doctor',
  'fleet cordon',
  'fleet uncordon',
  'fleet drain',
  'fleet forget',
  'fleet remove',
  'fleet servers',
  'fleet add-server',
  'fleet remove-server',
  'fleet renew',
  'profile list',
  'profile show',
  'profile set',
  'profile apply',
  'profile remove',
  'quota',
  'copy',
  'image list',
  'image export',
  'image import',
  'image prune',
  'enqueue',
  'queue',
  'queue list',
  'queue items',
  'queue dead',
  'queue show',
  'queue retry',
  'queue drop',
  'queue purge',
  'queue move',
  'queue cancel',
  'queue pause',
  'queue resume',
  'send',
  'status',
  'top',
  'kill',
  'logs',
  'events',
  'savings',
  'hook list',
  'hook add',
  'hook remove',
  'call',
  'runs',
  'versions',
  'wake',
  'sleep',
  'output',
  'remove',
  'shell',
  'remote pin',
] as const

/** Commands about the machine on which they are typed: `pod host start`. */
const machineVerbs = [
  'up',
  'diff',
  'down',
  'serve',
  'import',
  'startup',
  'host start',
  'host stop',
  'host status',
  'host upgrade',
  'host password',
  'host invite',
  'host drain',
  'host cordon',
  'host uncordon',
  'page',
  'git receive',
  'host audit',
  'host doctor',
  'host token',
  'host token add',
  'host token list',
  'host token remove',
  'remote add',
  'remote list',
  'remote remove',
  'completion',
  'help',
] as const

/** Every command of `pod`, by its words. */
export const verbs = [...remoteVerbs, ...machineVerbs]

export type Verb = (typeof verbs)[number]

/** A command of `pod`. What the reader has to fill in stands in capitals: `NAME`. */
export type Command = {
  verb: Verb
  /** What comes after the verb and the remote. */
  args?: readonly string[]
  /** Options by name, without dashes; `true` for one without a value. */
  options?: Readonly<Record<string, string | true>>
  /** What the reader calls the host that the command is about. A host cannot know it and leaves it out. */
  remote?: string
}

/** One thing to do. The first step of a hint begins with a capital letter; there is no final period. */
export type Step = { text: string; do?: Command }

/** How a hint is written where an error is thrown. A text is one step. */
export type Hint = string | Step | readonly Step[]

/** The steps of a hint; none of `undefined`. */
export function stepsOf(hint: Hint | undefined): readonly Step[] {
  if (hint === undefined) return []
  if (typeof hint === 'string') return [{ text: hint }]
  return 'text' in hint ? [hint] : hint
}

/** Whether the command is about a host that `pod` reaches by a remote. */
export function takesRemote({ verb }: Command): boolean {
  return remoteVerbs.some(name => name === verb)
}

/** The same steps, about the host that the reader calls `remote`, unless they name a remote already. */
export function atRemote(steps: readonly Step[], remote: string): readonly Step[] {
  return steps.map(step => (step.do && takesRemote(step.do) ? { ...step, do: { remote, ...step.do } } : step))
}

/** Steps in words; undefined if there are none. `say` puts a command into words. */
export function hintText(
  steps: readonly Step[],
  say: (command: Command) => string = command => commandText(command),
): string | undefined {
  if (steps.length === 0) return undefined
  return steps.map(step => (step.do ? `${step.text}: ${say(step.do)}` : step.text)).join('; ')
}

/**
 * A command as it is typed: `pod logs REMOTE web --tag link`.
 * @param options.remote what stands for a remote that the command does not name; '' leaves it out. Default REMOTE
 * @param options.dataDir the value of `--data`. Default none
 */
export function commandText(command: Command, options: { remote?: string; dataDir?: string | undefined } = {}): string {
  const { verb, remote = options.remote ?? 'REMOTE' } = command
  const dataDir =
    command.options?.data === undefined && !/^(remote|help|completion)\b/.test(verb) ? options.dataDir : undefined
  const data = dataDir === undefined ? [] : ['--data', quoted(dataDir)]
  const at = takesRemote(command) && remote !== '' ? [quoted(remote)] : []
  return ['pod', verb, ...data, ...at, ...restOf(command)].join(' ')
}

/** Arguments and options of a command, each as it is typed. */
export function restOf({ args = [], options = {} }: Command): string[] {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, quoted(value)],
  )
  return [...args.map(quoted), ...given]
}

/** Plain words, and the placeholders of a line of usage, need no quotes. */
function quoted(word: string): string {
  if (/^([\w./:@=,+-]+|<(\.{3})?\w+>|\[(\.{3})?\w+\])$/.test(word)) return word
  // A shell reads these within double quotes.
  return /[$`\\!]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : JSON.stringify(word)
}

/** The steps that came over a wire; undefined if this version cannot put them into words. */
export function readSteps(value: unknown): readonly Step[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(isStep) ? value : undefined
}

function isStep(value: unknown): value is Step {
  return isRecord(value) && typeof value.text === 'string' && (value.do === undefined || isCommand(value.do))
}

function isCommand(value: unknown): value is Command {
  if (!isRecord(value)) return false
  const { verb, args = [], options = {}, remote = '' } = value
  return (
    verbs.some(name => name === verb) &&
    Array.isArray(args) &&
    args.every(arg => typeof arg === 'string') &&
    isRecord(options) &&
    Object.entries(options).every(([name, on]) => /^[a-z-]+$/.test(name) && (on === true || typeof on === 'string')) &&
    typeof remote === 'string'
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
