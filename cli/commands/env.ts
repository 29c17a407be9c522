// pod env: shows the environment variables of a pod, and changes them.
import type { PodEnv } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { ownVariable } from '../argv/start-flags.ts'
import { withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { table } from '../say/table.ts'
import { reportStart } from './start-report.ts'

const places = { file: 'its envFile', image: 'its own config', start: 'its start', env: 'pod env' } as const

export const run: Run = async ({ args: [remote = '', name = '', ...words], options }, context) => {
  const { output } = context
  const change = changeOf(words)
  return await withHost(remote, context, async host => {
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const asked = { name, ...change, values: options.has('values'), wait: !options.has('no-wait') }
      const answer = host.call('pod.env', asked)
      const found = words.length === 0 ? await answer : await spin(`Changing ${name}`, output, answer)
      const text = output.json ? '' : await envText(found, { output, isShown: options.has('values') })
      output.answer(found, () => text)
    })
  })
}

/** `NAME=value` sets, `NAME-` unsets, `NAME` takes the value of this shell. @throws {P8aError} `usage` */
function changeOf(words: readonly string[]): { set: Record<string, string>; unset: string[] } {
  // A variable may be called `__proto__`, which is no plain key of an object.
  const set = new Map<string, string>()
  const unset: string[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1))
    else if (/^[^=]+-$/.test(word)) unset.push(word.slice(0, -1))
    else set.set(word, ownVariable(word))
  }
  return { set: Object.fromEntries(set), unset }
}

async function envText(
  { name, env }: PodEnv,
  { output, isShown }: { output: Output; isShown: boolean },
): Promise<string> {
  if (env.length === 0) return `${name} has no variables of its own`
  const rows = env.map(variable => [variable.name, isShown ? (variable.value ?? '') : '•••', places[variable.from]])
  return await table(['NAME', 'VALUE', 'FROM'], rows, output)
}
