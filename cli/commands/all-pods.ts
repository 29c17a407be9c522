// What a command does with several pods of a host: those that are named, or every pod, where `all` stands in the place of a name.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { inOrder } from '../project/order.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { remoteSteps } from '../remote/remotes.ts'
import type { Output } from '../say/output.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { spin } from '../say/spinner.ts'
import { printLastLines } from './start-report.ts'

/** The word that means every pod; no pod is called so. */
export const allPods = 'all'

/** How many pods a command is busy with at once. */
const width = 8

/** What was typed: names of pods, and whether a remote was left out before them. */
export type Named = { names: readonly string[]; isImplied?: boolean | undefined }

/** Whether a command is about other than one pod. @throws {P8aError} `usage` for `all` among names */
export function isMany(names: readonly string[]): boolean {
  if (names.length > 1 && names.includes(allPods)) {
    throw new P8aError('usage', `Cannot read ${JSON.stringify(names.join(' '))}: "all" stands alone`)
  }
  return names.length > 1 || names[0] === allPods
}

/**
 * Makes sure that the first of several names is no mistyped remote: where it is no pod, nothing is done to the others.
 * @throws {P8aError} `remote_not_found`
 */
export function checkNamed({ names, isImplied }: Named, pods: readonly { name: string }[]): void {
  if (names.length < 2) return
  const [first = ''] = names
  if (!isImplied || pods.some(({ name }) => name === podOf(first))) return
  throw new P8aError('remote_not_found', `There is no remote ${JSON.stringify(first)}, and no pod of that name here`, {
    hint: remoteSteps(first),
    facts: { remote: first },
  })
}

/**
 * Several names, each once. What each is, the host says where it is asked about it.
 * @throws {P8aError} `remote_not_found`, as {@link checkNamed}
 */
export async function checkedNames(host: RemoteHost, named: Named): Promise<string[]> {
  if (named.isImplied) checkNamed(named, (await host.call('pod.list', {})).pods)
  return [...new Set(named.names)]
}

/** The pod that a name is about: `web.7` is about `web`. */
function podOf(name: string): string {
  return parseRunId(name)?.pod ?? name
}

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
  const needsOf = (name: string) => pods.find(pod => pod.name === podOf(name))?.config.needs ?? []
  const before = (name: string) =>
    first === 'needs'
      ? meant.filter(other => needsOf(name).includes(podOf(other)))
      : meant.filter(other => needsOf(other).includes(podOf(name)))
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
      if (!output.json && error instanceof P8aError && error.code === 'start_failed')
        await printLastLines({ host, name, output }, error)
    }
    // What comes behind it is done all the same.
    return true
  }
  const all = inOrder(
    meant.map(name => ({ name, needs: before(name) })),
    { most: width, work: doOne, skip: () => {} },
  )
  await spin(`${doing} ${meant.length} pods`, output, all)
  output.answer({ pods: results }, () => (meant.length === 0 ? 'There is no such pod' : ''))
  return code
}

function isEvery({ names }: Named): boolean {
  return names[0] === allPods
}
