// pod call: calls a function that a pod exports, and prints what it returns.
import { parseTyped } from '../../protocol/long-numbers.ts'
import type { Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { wrongOption } from '../argv/wrong-option.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'

export const run: Run = async ({ args: [remote = '', name = '', fn = '', ...texts], options }, context) => {
  const { output } = context
  const timeout = await readTimeout(options)
  return await withHost(remote, context, async host => {
    const called = host.call('pod.call', { name, fn, args: texts.map(readArg), ...timeout })
    const { value } = await spin(`Calling ${name}.${fn}()`, output, called)
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, output.isTerminal ? 2 : 0)
    output.answer(value, () => text)
    return 0
  })
}

/** The value of the text if it is JSON, else the text itself. A number beyond 2^53 is a text, so that it keeps its digits. */
function readArg(text: string): unknown {
  try {
    return parseTyped(text)
  } catch {
    // Not JSON, so it is a text: `pod call local users find ann`.
    return text
  }
}

async function readTimeout(options: Options): Promise<{ timeoutMs?: number }> {
  const text = options.text('timeout')
  if (text === undefined) return {}
  const { durationMs, durationProblem } = await import('../../protocol/duration.ts')
  const timeoutMs = durationMs(text)
  if (timeoutMs) return { timeoutMs }
  const why = durationProblem(text)?.replace(/:.*/, '') ?? 'is not a time'
  throw wrongOption({ option: 'timeout', value: text }, { why: `it ${why}`, hint: 'Write it as 500ms, 10s or 2m' })
}
