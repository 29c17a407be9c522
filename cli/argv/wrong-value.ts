// Turns a host's complaint about what it was sent into one about what was typed: nobody types the parameters of a method.
import { P8aError } from '../../protocol/errors.ts'
import type { CommandSpec } from './command.ts'
import { nameOf } from './grammar.ts'
import type { Options } from './options.ts'
import { startFlagNames } from './start-flags.ts'

/** Config keys whose option has another name. */
const otherNames: Record<string, string> = {
  nodeFlags: 'node-flag',
  labels: 'label',
  'limits.memory': 'memory',
  'limits.memoryMax': 'memory-max',
  'limits.cpu': 'cpu',
  'limits.processes': 'max-processes',
  'limits.files': 'max-files',
  'limits.nice': 'nice',
  'limits.oom': 'oom',
  'limits.storage': 'max-storage',
  'limits.logs': 'max-logs',
  limits: 'memory-max',
  schedule: 'schedule',
  'schedule.at': 'schedule',
  'schedule.zone': 'zone',
  'schedule.overlap': 'overlap',
  'schedule.missed': 'missed',
}

/**
 * What a command threw, in the words of the person who typed it.
 * @returns the error with its code, naming the option and its value, or the command in the place of the method; any other as it is
 */
export function aboutTyped(error: unknown, { spec, options }: { spec: CommandSpec; options: Options }): unknown {
  if (!(error instanceof P8aError)) return error
  if (error.facts.option !== undefined) return error
  if (error.code !== 'bad_config' && error.code !== 'bad_params') return error
  const { method, key = error.facts.parameter, problem } = error.facts
  if (typeof key !== 'string' || typeof problem !== 'string') return error
  const name = optionOf(key, options)
  const value = name === undefined ? undefined : typedValue(name, { key, options })
  if (name === undefined || value === undefined) {
    if (typeof method !== 'string' || error.code !== 'bad_params') return error
    // The usage of the command is the better hint.
    return new P8aError(error.code, `Cannot do "pod ${nameOf(spec)}": ${key} ${problem.replace(/^it /, '')}`, {
      facts: error.facts,
      cause: error,
    })
  }
  const isOfStart = startFlagNames().includes(name)
  return new P8aError(error.code, `Cannot use --${name} ${JSON.stringify(value)}: ${problem}`, {
    hint: { text: 'For the options', do: { verb: 'help', args: isOfStart ? ['start'] : nameOf(spec).split(' ') } },
    facts: { option: name, value },
    cause: error,
  })
}

/** The option that was typed and is, or is about, a key: `listen.main` is about `--listen`. */
function optionOf(key: string, options: Options): string | undefined {
  const [head = ''] = key.split('.')
  return [otherNames[key], otherNames[head], kebab(key), kebab(head)].find(
    name => name !== undefined && options.has(name),
  )
}

/** `check.failures` and `checkFailures` are `check-failures`. */
function kebab(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).replaceAll('.', '-')
}

/** Of an option that may be repeated, the one that is wrong; the first address to listen at has no name. */
function typedValue(name: string, { key, options }: { key: string; options: Options }): string | undefined {
  const [, at = ''] = /^[^.]*\.(.*)$/s.exec(key) ?? []
  const all = options.all(name)
  return all[Number.parseInt(at, 10)] ?? all.find(value => value.startsWith(`${at}=`)) ?? all.at(-1)
}
