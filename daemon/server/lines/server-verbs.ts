// The verbs of the server itself, not of a host: tokens, the audit log, and the requests of a connection.
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { Seams } from '../../system/seams.ts'
import type { ServerMethod } from '../../verbs/verb.ts'
import type { AuditLog } from '../access/audit-log.ts'
import { readAudit } from '../access/audit-read.ts'
import { type Identity, localIdentity } from '../access/authority.ts'
import type { PageLinks } from '../access/page-links.ts'
import type { Tokens } from '../access/tokens.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import type { Call, Client } from './client.ts'
import { openRpcDocument } from './openrpc.ts'

export type ServerVerbs = {
  readonly [M in ServerMethod]: (params: MethodParams<M>, call: Call) => Promise<MethodResults[M]>
}

type Owned = {
  tokens: Pick<Tokens, 'add' | 'list' | 'remove'>
  pages: Pick<PageLinks, 'make' | 'take' | 'leave'>
  audit: Pick<AuditLog, 'files'>
  version: string
  tell: Seams['tell']
}

export function serverVerbs({ tokens, pages, audit, version, tell }: Owned): ServerVerbs {
  let document: Record<string, unknown> | undefined
  return {
    'host.auth': async ({ token }, { client }) => {
      const verdict = client.authorize(token)
      if ('refusal' in verdict) throw unauthorized(verdict.refusal)
      const { name, role, path, token: own } = verdict.identity
      const { expiresAtMs } = own ?? {}
      const expiry = expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }
      return { authorized: true, name, role, path, ...expiry }
    },
    'host.token.add': async (params, { client }) => {
      const by = knownOf(client)
      const added = await tokens.add(params, by)
      tell({ type: 'token-added', path: added.path, token: added.name, role: added.role, by: by.name })
      return added
    },
    'host.token.list': async ({ path }) => ({ tokens: tokens.list({ ...localIdentity, path }) }),
    'host.token.remove': async ({ name }, { client }) => {
      const by = knownOf(client)
      const path = tokens.list(by).find(token => token.name === name)?.path ?? by.path
      await tokens.remove(name, by)
      tell({ type: 'token-removed', path, token: name, by: by.name })
      return { name, removed: true }
    },
    'host.page.code': async (wanted, { client }) => pages.make(knownOf(client), wanted),
    'host.page.enter': async ({ code }, { client }) => {
      const made = await pages.take(code)
      if (made) return made
      // It counts as a wrong token, so that nobody tries codes for long.
      if (!client.identity) client.authorize('')
      throw unauthorized('The link to the page was used already, or is too old')
    },
    'host.page.leave': async (_params, { client }) => ({ left: await pages.leave(knownOf(client)) }),
    'host.audit': async query => ({ entries: await readAudit(audit.files, query) }),
    'rpc.discover': async () => {
      // Made once: it takes as long as a hundred other answers, and one line can ask for it.
      document ??= openRpcDocument(version)
      return document
    },
    'rpc.ping': async () => ({}),
    'rpc.cancel': async ({ request }, { client }) => ({
      canceled: client.underWay?.cancel(request, 'The request was canceled') ?? false,
    }),
    'pod.command.input': async ({ request, text }, { client }) => {
      underWayOf(client).input(request, text)
      return { taken: true }
    },
    'pod.command.cancel': async ({ request }, { client }) => {
      underWayOf(client).cancelCommand(request)
      return { canceled: true }
    },
  }
}

/** @throws {P8aError} `unauthorized` */
function knownOf({ identity }: Client): Identity {
  if (identity) return identity
  throw unauthorized(noToken)
}

/** @throws {P8aError} `unsupported` if the transport has no ids of requests that are under way */
function underWayOf({ underWay }: Client): NonNullable<Client['underWay']> {
  if (underWay) return underWay
  throw new P8aError('unsupported', 'There are no commands here: they must be able to send and to ask', {
    hint: 'Use the socket or the TCP port',
  })
}
