// What a command does with several pods of a host: those that are named, or every pod.
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { inOrder } from '../project/order.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { spin } from '../say/spinner.ts'
import { checkNamed, isEvery, type Named, podOf } from './named.ts'

/** How many pods a command is busy with at once. */
const width = 8

export type ForAll<Result> = {
  host: RemoteHost
  output: Output
  /** `Stopping`. */
  doing: string
  named: Named
  /** The pods that `all` means; the others are left alone. */
  only?: (pod: PodStatus) => boolean
  /** `needs`: what a pod needs is done before it; `dependents`: what needs it is. */
  first: 'needs' | 'dependents'
  work: (name: string) => Promise<Result>
  text: (result: Result) => string
  /** What people are told beside it, behind its text. */
  tell?: (result: Result) => Promise<void>
}

/** Does it with each; one that fails does not stop the others. @returns the exit code */
export async function forAll<Result>({
  host,
  output,
  doing,
  named,
  only = () => true,
  first,
  work,
  text,
  tell,
}: ForAll<Result>): Promise<number> {
  const { pods } = await host.call('pod.list', {})
  checkNamed(named, pods)
  const meant = isEvery(named) ? pods.filter(only).map(({ name }) => name) : [...new Set(named.names)]
  const results: Result[] = []
  let code = 0
  const doOne = async ({ name }: { name: string }) => {
    try {
      const result = await work(name)
      results.push(result)
      if (output.json) return true
      output.write(text(result))
      await tell?.(result)
    } catch (error) {
      code = Math.max(code, exitCodeOf(error))
      await report(error, output)
      if (!output.json && error instanceof P8aError && error.code === 'start_failed') {
        const { printLastLines } = await import('./start-report.ts')
        await printLastLines({ host, name, output }, error)
      }
    }
    // What comes behind it is done all the same.
    return true
  }
  const all = inOrder(
    meant.map(name => ({ name, needs: meant.filter(isBefore(name, first, pods)) })),
    { most: width, work: doOne, skip: () => {} },
  )
  await spin(`${doing} ${meant.length} pods`, output, all)
  output.answer({ pods: results }, () => (meant.length === 0 ? 'There is no such pod' : ''))
  return code
}

/** @returns whether another one is done before that one */
function isBefore(
  name: string,
  first: ForAll<unknown>['first'],
  pods: readonly PodStatus[],
): (other: string) => boolean {
  const needs = (of: string, other: string) =>
    pods.find(pod => pod.name === podOf(of))?.config.needs?.includes(podOf(other)) ?? false
  return other => (first === 'needs' ? needs(name, other) : needs(other, name))
}
