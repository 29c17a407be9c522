// Refuses what a client has no right to, and says how it could get the right: the role and path of a token are set when
// it is added; a pod has its role from its config, and its path is that of its host.
import { access, mayDo } from '../../../protocol/access.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Hint } from '../../../protocol/hint.ts'
import { type MethodName, methods } from '../../../protocol/methods.ts'
import { isWithin, quote } from '../../../protocol/names.ts'
import type { Identity } from './authority.ts'

/** @param options.params as they were sent. @throws {P8aError} `forbidden` */
export function checkRights(method: MethodName, { params, identity }: { params: unknown; identity: Identity }): void {
  const { role, path: own } = identity
  if (!mayDo(identity, method)) {
    throw new P8aError('forbidden', `Cannot do ${method}: ${identity.pod ? 'the pod' : 'your token'} may not`, {
      hint: identity.pod ? podHint(method, identity.pod, identity) : tokenHint(identity),
      facts: { method, role },
    })
  }
  if (!('path' in methods[method].params.entries)) return
  const { path } = (params ?? {}) as { path?: unknown }
  // If it is not a text, the check of the params refuses it later.
  if (isWithin(own, typeof path === 'string' ? path : '')) return
  const who = identity.pod ? 'the pod is on the host at' : 'your token is for'
  throw new P8aError('forbidden', `Cannot do ${method}: ${who} the path ${quote(own)} only`, {
    hint: identity.pod ? `A pod reaches its own host and those within it` : pathHint(own),
    facts: { method, path: own },
  })
}

function tokenHint({ role, path }: Identity): Hint {
  const confined = path === '' ? '' : `, for the path ${quote(path)} only`
  return {
    text: `It has the role ${role}${confined}; anyone with the role admin can add another`,
    do: { verb: 'host token add', args: ['NAME'], options: { role: 'ROLE' } },
  }
}

function podHint(method: MethodName, pod: string, { role, path }: Identity): Hint {
  const needed = access[method].role
  if (needed === 'anyone' || (access[method].wholeHost && path !== '')) {
    return `It is on the host at ${quote(path)}, and this concerns the whole host`
  }
  return [
    { text: `Its config says may: '${role}'; to let it do this, write may: '${needed}' there` },
    { text: 'or when it is started', do: { verb: 'start', args: [pod], options: { may: needed } } },
  ]
}

function pathHint(path: string): Hint {
  return [
    { text: 'Name the path', do: { verb: 'remote add', args: ['NAME', 'ADDRESS'], options: { path } } },
    { text: 'or send it as the parameter "path"' },
  ]
}
