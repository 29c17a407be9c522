// The verbs that are the server's own, and no host's: who may come in, and what was done by whom.
import type { MethodName, MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { AuditLog } from '../access/audit-log.ts'
import { readAudit } from '../access/audit-read.ts'
import { type Identity, localIdentity } from '../access/authority.ts'
import type { Tokens } from '../access/tokens.ts'

export type OwnVerb = Extract<MethodName, 'host.audit' | `host.token.${string}`>

export type OwnVerbs = {
  [M in OwnVerb]: (params: MethodParams<M>, identity: Identity) => Promise<MethodResults[M]>
}

export function ownVerbs({ tokens, audit }: { tokens: Tokens; audit: AuditLog }): OwnVerbs {
  return {
    'host.token.add': async (params, giver) => await tokens.add(params, giver),
    'host.token.list': async ({ path }) => ({ tokens: tokens.list({ ...localIdentity, path }) }),
    'host.token.remove': async ({ name }, remover) => {
      await tokens.remove(name, remover)
      return { name, removed: true }
    },
    'host.audit': async query => ({ entries: await readAudit(audit.files, query) }),
  }
}
