// What a command does with every pod of a host: `all` in the place of a name.
import type { PodStatus } from '../../protocol/words.ts'
import { inOrder } from '../project/order.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { spin } from '../say/spinner.ts'

/** The word that means every pod; no pod is called so. */
export const allPods = 'all'

/** How many pods a command is busy with at once. */
const width = 8

export type ForAll<Result> = {
  host: RemoteHost
  output: Output
  /** `Stopping`. */
  doing: string
  /** The pods that are meant; the others are left alone. */
  only?: (pod: PodStatus) => boolean
  /** `needs`: what a pod needs is done before it; `dependents`: what needs it is. */
  first: 'needs' | 'dependents'
  work: (name: string) => Promise<Result>
  text: (result: Result) => string
}

/** Does it with each; one that fails does not stop the others. @returns the exit code */
export async function forAll<Result>({
  host,
  output,
  doing,
  only = () => true,
  first,
  work,
  text,
}: ForAll<Result>): Promise<number> {
  const { pods } = await host.call('pod.list', {})
  const meant = pods.filter(only)
  const needsOf = ({ config }: PodStatus) => config.needs ?? []
  const before = (pod: PodStatus) =>
    first === 'needs' ? needsOf(pod) : meant.filter(other => needsOf(other).includes(pod.name)).map(({ name }) => name)
  const results: Result[] = []
  let code = 0
  const doOne = async ({ name }: { name: string }) => {
    try {
      const result = await work(name)
      results.push(result)
      if (!output.json) output.write(text(result))
    } catch (error) {
      code = Math.max(code, exitCodeOf(error))
      await report(error, output)
    }
    // What comes behind it is done all the same.
    return true
  }
  const all = inOrder(
    meant.map(pod => ({ name: pod.name, needs: before(pod) })),
    { most: width, work: doOne, skip: () => {} },
  )
  await spin(`${doing} ${meant.length} pods`, output, all)
  output.answer({ pods: results }, () => (meant.length === 0 ? 'There is no such pod' : ''))
  return code
}
