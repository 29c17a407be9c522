// Turns a host's complaint about a config into one about the option that was typed.
import { P8aError } from '../../protocol/errors.ts'
import type { Options } from './options.ts'
import { startFlagNames } from './start-flags.ts'

/** Config keys whose option has another name. */
const otherNames: Record<string, string> = {
  nodeFlags: 'node-flag',
  labels: 'label',
  'limits.memory': 'memory',
  'limits.memoryMax': 'memory-max',
  'limits.processes': 'max-processes',
  'limits.files': 'max-files',
  'limits.nice': 'nice',
  'limits.oom': 'oom',
  limits: 'memory-max',
  schedule: 'schedule',
  'schedule.at': 'schedule',
  'schedule.zone': 'zone',
  'schedule.overlap': 'overlap',
  'schedule.missed': 'missed',
}

/** @returns the error with its code, naming the option and its value; any other error as it is */
export function aboutOption(error: unknown, options: Options): unknown {
  if (!(error instanceof P8aError) || error.code !== 'bad_config') return error
  const { key, problem } = error.facts
  if (typeof key !== 'string' || typeof problem !== 'string') return error
  const name = optionOf(key)
  const value = name !== undefined && options.has(name) ? typedValue(name, { key, options }) : undefined
  if (name === undefined || value === undefined) return error
  return new P8aError(error.code, `Cannot use --${name} ${JSON.stringify(value)}: ${problem}`, {
    hint: { text: 'For the options', do: { verb: 'help', args: ['start'] } },
    facts: { option: name, value },
    cause: error,
  })
}

function optionOf(key: string): string | undefined {
  const [head = ''] = key.split('.')
  const name = otherNames[key] ?? otherNames[head] ?? kebab(head === 'env' ? head : key)
  return startFlagNames().includes(name) ? name : undefined
}

/** `check.failures` and `checkFailures` are `check-failures`. */
function kebab(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).replaceAll('.', '-')
}

/** Of an option that may be repeated, the one that is wrong. */
function typedValue(name: string, { key, options }: { key: string; options: Options }): string | undefined {
  const [, at = ''] = /^[^.]*\.(.*)$/s.exec(key) ?? []
  const all = options.all(name)
  return all[Number(at)] ?? all.find(value => value.startsWith(`${at}=`)) ?? all.at(-1)
}
