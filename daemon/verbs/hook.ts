// `hook.add`, `hook.list` and `hook.remove`: whom a host tells of its events.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} as `Hooks.add`; `pod_not_found` */
export async function addHook(
  { daemon: { hooks }, pods }: Site,
  { hops: _, ...wanted }: MethodParams<'hook.add'>,
): Promise<MethodResults['hook.add']> {
  if (wanted.name !== undefined) pods.get(wanted.name)
  return await hooks.add(wanted)
}

/** @throws {P8aError} as `Hooks.known` */
export async function listHooks({ daemon: { hooks }, path }: Site): Promise<MethodResults['hook.list']> {
  return { hooks: await hooks.known(path) }
}

/** @throws {P8aError} as `Hooks.remove` */
export async function removeHook(
  { daemon: { hooks }, path }: Site,
  { hook }: MethodParams<'hook.remove'>,
): Promise<MethodResults['hook.remove']> {
  return { ...(await hooks.remove(hook, path)), removed: true }
}
