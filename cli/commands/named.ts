// Names of pods as a command of several takes them: what was typed, `all`, and a remote that was left out before them.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { remoteSteps } from '../remote/remotes.ts'

/** The word that means every pod; no pod is called so. */
export const allPods = 'all'

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
export function podOf(name: string): string {
  return parseRunId(name)?.pod ?? name
}

/** Whether every pod is meant. */
export function isEvery({ names }: Named): boolean {
  return names[0] === allPods
}
