// Writes a line into the audit log for every verb that changes something, whatever its outcome.
import { access } from '../../../protocol/access.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodName } from '../../../protocol/methods.ts'
import { joinPath } from '../../../protocol/names.ts'
import type { AuditEntry } from '../../../protocol/words-host.ts'
import { type Clock, timeText } from '../../system/clock.ts'
import type { AuditLog } from './audit-log.ts'
import type { Identity } from './authority.ts'

export type Audit = { log: Pick<AuditLog, 'write'>; clock: Clock }

type Asked = { method: MethodName; params: unknown; identity: Identity; from: string }

/** Does `work`, and writes its outcome before anyone gets the answer. */
export async function audited<T>({ log, clock }: Audit, asked: Asked, work: () => T | Promise<T>): Promise<T> {
  if (!access[asked.method].changes) return await work()
  const write = (outcome: string) => log.write({ ...entryOf(asked), time: timeText(clock), outcome })
  try {
    const result = await work()
    write('ok')
    return result
  } catch (error) {
    write(error instanceof P8aError ? error.code : 'internal')
    throw error
  }
}

function entryOf({ method, params, identity, from }: Asked): Omit<AuditEntry, 'outcome'> {
  const { path, name, tenant } = (params ?? {}) as { path?: unknown; name?: unknown; tenant?: unknown }
  const about = typeof name === 'string' && name !== '' ? name.slice(0, 100) : undefined
  const isToken = method.startsWith('host.token.')
  return {
    time: '',
    who: identity.name,
    ...(identity.token ? {} : { uid: process.getuid?.() ?? -1 }),
    from,
    verb: method,
    path: joinPath(textOf(path), textOf(tenant)),
    ...(about === undefined ? {} : isToken ? { token: about } : { pod: about }),
  }
}

function textOf(given: unknown): string {
  return typeof given === 'string' ? given.slice(0, 1024) : ''
}
