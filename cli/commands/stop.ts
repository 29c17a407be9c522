// pod stop: stops all runs of a pod, and says how they ended.
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Stopped } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { endText } from '../say/run-end.ts'
import { spin } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { allPods, forAll } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const drainMs = drainOf(options.text('drain'))
    const asked = { wait: !options.has('no-wait'), ...(drainMs !== undefined && { drainMs }) }
    if (name === allPods) return await stopAll({ host, output, asked })
    const stopped = host.call('pod.stop', { name, ...asked })
    const result = await spin(`Stopping ${name}`, output, stopped)
    output.answer(result, () => stoppedText(result))
    return 0
  })
}

type Asked = { wait: boolean; drainMs?: number }

async function stopAll({ host, output, asked }: { host: RemoteHost; output: Output; asked: Asked }): Promise<number> {
  return await forAll({
    host,
    output,
    doing: 'Stopping',
    only: ({ want, runs }) => want === 'up' || runs.length > 0,
    first: 'dependents',
    work: async name => await host.call('pod.stop', { name, ...asked }),
    text: stoppedText,
  })
}

/** @throws {P8aError} `usage` */
function drainOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  throw new P8aError('usage', `Cannot read --drain ${JSON.stringify(text)}: ${durationProblem(text)}`)
}

export function stoppedText({ name, status, ended, text }: Stopped): string {
  return [text ?? `${name} is ${status}`, ...ended.map(end => `  ${end.run} ${plain(endText(end))}`)].join('\n')
}
