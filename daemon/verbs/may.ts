// Nobody gives a pod more rights than they have themselves.
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { roles } from '../../protocol/roles.ts'
import type { Asker } from '../../protocol/words.ts'

/** @param config what is pushed or given at a start. @throws {P8aError} `forbidden` */
export function refuseBeyond(by: Asker, name: string, { may = 'read' }: PodConfig): void {
  if (roles.indexOf(may) <= roles.indexOf(by.role)) return
  throw new P8aError('forbidden', `Cannot let pod ${quote(name)} do what an ${may} may: your role is ${by.role}`, {
    hint: `Leave out may: '${may}', or ask somebody with the role ${may}`,
    facts: { pod: name, may, role: by.role },
  })
}
