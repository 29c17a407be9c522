// `host.upgrade`: lets another installation of p8a take the place of this one. It is answered once the next host has booted; what
// becomes of it, the host that is there then tells in `host.info`.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Site } from './verb.ts'

export async function upgradeHost(
  { daemon }: Site,
  { folder, node }: MethodParams<'host.upgrade'>,
): Promise<MethodResults['host.upgrade']> {
  return await daemon.upgrade.begin({ folder, node })
}
