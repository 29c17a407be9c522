// What users of PM2, Docker, systemd, supervisord and Nomad know by another name, and what it is called here.
import { type Command, type Step, stepsOf } from '../../protocol/hint.ts'
import { isName } from '../../protocol/names.ts'

/** Options of this `pod`, by the names that other tools give them. */
const options: Record<string, string> = {
  autorestart: 'restart',
  background: 'detach',
  bind: 'host',
  cron: 'schedule',
  'check-every': 'check-interval',
  'check-period': 'check-interval',
  'check-retries': 'check-failures',
  'cron-pattern': 'schedule',
  detached: 'detach',
  environment: 'env',
  grep: 'tag',
  err: 'tag',
  'health-interval': 'check-interval',
  'health-retries': 'check-failures',
  'health-timeout': 'check-timeout',
  instances: 'scale',
  'kill-mode': 'stop-to',
  'kill-timeout': 'stop-timeout',
  listen: 'host',
  'listen-timeout': 'start-timeout',
  'max-memory-restart': 'memory',
  'max-restarts': 'give-up',
  'memory-limit': 'memory',
  'oom-score-adj': 'oom',
  'pids-limit': 'max-processes',
  'no-autorestart': 'restart',
  'node-args': 'node-flag',
  'node-options': 'node-flag',
  replicas: 'scale',
  'restart-policy': 'restart',
  since: 'time',
  stats: 'usage',
  'stop-grace-period': 'stop-timeout',
  tail: 'lines',
  until: 'time',
  workdir: 'cwd',
}

/**
 * What the command `word` of another tool is here.
 * @param typed what stands behind it: the name of a pod among that is the one in the hint
 */
export async function commandElsewhere(
  word: string,
  typed: readonly string[] = [],
): Promise<readonly Step[] | undefined> {
  // Hardly any command line needs it, and every one would pay for its size.
  const { otherWords } = await import('./other-words.ts')
  const hints = otherWords()
  if (!Object.hasOwn(hints, word)) return undefined
  const name = typed.find(word => isName(word) && word !== 'local')
  return stepsOf(hints[word]).map(step =>
    step.do && name !== undefined ? { ...step, do: named(step.do, name) } : step,
  )
}

function named(command: Command, name: string): Command {
  // What is made has a name and a file, and neither is known.
  const isKnown = command.args?.length === 1 || command.args?.[0] === 'NAME'
  if (!isKnown || command.verb === 'push' || command.verb === 'remote add') return command
  return { ...command, args: (command.args ?? []).map(arg => (arg === 'NAME' ? name : arg)) }
}

/** The option of this `pod` that is called `word` elsewhere. */
export function optionElsewhere(word: string): string | undefined {
  return Object.hasOwn(options, word) ? options[word] : undefined
}
