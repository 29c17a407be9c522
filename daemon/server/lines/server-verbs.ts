// The verbs of the server itself, not of a host: tokens, the audit log, and the requests of a connection.
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { ServerMethod } from '../../verbs/verb.ts'
import type { AuditLog } from '../access/audit-log.ts'
import { readAudit } from '../access/audit-read.ts'
import { type Identity, localIdentity } from '../access/authority.ts'
import type { Tokens } from '../access/tokens.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import type { Call, Client } from './client.ts'
import { findDialog } from './dialogs.ts'
import { openRpcDocument } from './openrpc.ts'

export type ServerVerbs = {
  readonly [M in ServerMethod]: (params: MethodParams<M>, call: Call) => Promise<MethodResults[M]>
}

type Owned = { tokens: Pick<Tokens, 'add' | 'list' | 'remove'>; audit: Pick<AuditLog, 'files'>; version: string }

export function serverVerbs({ tokens, audit, version }: Owned): ServerVerbs {
  let document: Record<string, unknown> | undefined
  return {
    'host.auth': async ({ token }, { client }) => {
      const verdict = client.authorize(token)
      if ('refusal' in verdict) throw unauthorized(verdict.refusal)
      return { authorized: true }
    },
    'host.token.add': async (params, { client }) => await tokens.add(params, knownOf(client)),
    'host.token.list': async ({ path }) => ({ tokens: tokens.list({ ...localIdentity, path }) }),
    'host.token.remove': async ({ name }, { client }) => {
      await tokens.remove(name, knownOf(client))
      return { name, removed: true }
    },
    'host.audit': async query => ({ entries: await readAudit(audit.files, query) }),
    'rpc.discover': async () => {
      // Made once: it takes as long as a hundred other answers, and one line can ask for it.
      document ??= openRpcDocument(version)
      return document
    },
    'rpc.cancel': async ({ request }, { client }) => ({ canceled: client.requests?.cancel(request) ?? false }),
    'pod.command.input': async ({ request, text }, { client }) => {
      findDialog(client.dialogs, request).input(text)
      return { taken: true }
    },
    'pod.command.cancel': async ({ request }, { client }) => {
      findDialog(client.dialogs, request).end('The command was canceled')
      return { canceled: true }
    },
  }
}

/** @throws {P8aError} `unauthorized` */
function knownOf({ identity }: Client): Identity {
  if (identity) return identity
  throw unauthorized(noToken)
}
