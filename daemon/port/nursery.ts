// Where spares come from that can be given sockets: a keeper begins them.
import type { Nursery } from '../spare/spare.ts'
import type { Seams } from '../system/seams.ts'
import { shimCommand } from '../system/shims.ts'
import type { Ports } from './ports.ts'

export function nurseryOf(ports: Pick<Ports, 'beginSpare' | 'give'>, seams: Pick<Seams, 'shim' | 'paths'>): Nursery {
  return {
    begin: async process =>
      await ports.beginSpare({ ...shimCommand(seams, process), cwd: process.cwd, ...process.raw }),
    give: async (key, pid) => await ports.give(key, pid),
  }
}
