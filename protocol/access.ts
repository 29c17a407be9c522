// Who may do what: the role that each method asks for, and which methods change something and so are in the audit log.
// The only table of rights.
import type { MethodName } from './methods.ts'
import { isWithin } from './names.ts'
import { type Role, roles } from './roles.ts'

type Access = {
  /** The least role that may; `anyone` needs no token. */
  role: Role | 'anyone'
  /** It changes something. */
  changes?: true
  /** It concerns the whole host, so a token that is confined to a path may not do it. */
  wholeHost?: true
}

export const access: Readonly<Record<MethodName, Access>> = {
  'host.auth': { role: 'anyone' },
  'host.info': { role: 'read' },
  'host.watch': { role: 'read' },
  'host.metrics': { role: 'read' },
  'host.savings': { role: 'read' },
  'host.stop': { role: 'admin', changes: true, wholeHost: true },
  'host.upgrade': { role: 'admin', changes: true, wholeHost: true },
  'host.audit': { role: 'admin' },
  'events.list': { role: 'read' },
  'events.follow': { role: 'read' },
  // Whoever adds one makes the host ask any address.
  'hook.add': { role: 'admin', changes: true, wholeHost: true },
  'hook.list': { role: 'admin', wholeHost: true },
  'hook.remove': { role: 'admin', changes: true, wholeHost: true },
  // Nobody gets more rights by it than they have.
  'host.page.code': { role: 'read' },
  // The code is the proof.
  'host.page.enter': { role: 'anyone' },
  'host.page.leave': { role: 'read' },
  'host.token.add': { role: 'admin', changes: true },
  'host.token.list': { role: 'admin' },
  'host.token.remove': { role: 'admin', changes: true },
  'rpc.discover': { role: 'read' },
  'rpc.ping': { role: 'read' },
  'rpc.cancel': { role: 'read' },
  'pod.push': { role: 'deploy', changes: true },
  'pod.push.missing': { role: 'deploy' },
  'pod.push.files': { role: 'deploy' },
  'pod.start': { role: 'deploy', changes: true },
  'pod.stop': { role: 'deploy', changes: true },
  'pod.restart': { role: 'deploy', changes: true },
  'pod.reload': { role: 'deploy', changes: true },
  'pod.rollback': { role: 'deploy', changes: true },
  'pod.wake': { role: 'deploy', changes: true },
  'pod.sleep': { role: 'deploy', changes: true },
  'pod.scale': { role: 'deploy', changes: true },
  'pod.send': { role: 'deploy', changes: true },
  'pod.env': { role: 'deploy', changes: true },
  'pod.group': { role: 'deploy', changes: true },
  'pod.remove': { role: 'deploy', changes: true },
  'pod.call': { role: 'deploy', changes: true },
  'pod.commands': { role: 'read' },
  'pod.command': { role: 'deploy', changes: true },
  // These are about a command that this same connection has begun.
  'pod.command.input': { role: 'deploy' },
  'pod.command.cancel': { role: 'deploy' },
  'queue.add': { role: 'deploy', changes: true },
  'queue.retry': { role: 'deploy', changes: true },
  'queue.drop': { role: 'deploy', changes: true },
  'queue.move': { role: 'deploy', changes: true },
  'queue.cancel': { role: 'deploy', changes: true },
  'queue.pause': { role: 'deploy', changes: true },
  'queue.resume': { role: 'deploy', changes: true },
  'profile.set': { role: 'deploy', changes: true },
  'profile.remove': { role: 'deploy', changes: true },
  'profile.list': { role: 'read' },
  // Of a path within that of the asker: nobody raises their own.
  'quota.set': { role: 'admin', changes: true },
  'quota.list': { role: 'read' },
  'queue.list': { role: 'read' },
  'queue.items': { role: 'read' },
  'queue.item': { role: 'read' },
  'image.list': { role: 'read' },
  // Whoever has an image has all its code.
  'image.show': { role: 'deploy' },
  'image.bytes': { role: 'deploy' },
  'image.prune': { role: 'deploy', changes: true },
  'pod.status': { role: 'read' },
  'pod.usage': { role: 'read' },
  'pod.versions': { role: 'read' },
  'pod.list': { role: 'read' },
  'pod.runs': { role: 'read' },
  'pod.script': { role: 'read' },
  'pod.output': { role: 'read' },
  'pod.logs': { role: 'read' },
}

/** What a client may do: everything that its role may do, on the host at its path and those within it. */
export type Rights = { role: Role; path: string }

/** Whether the rights are enough for a method, wherever it is done. */
export function mayDo({ role, path }: Rights, method: MethodName): boolean {
  const { role: needed, wholeHost } = access[method]
  if (wholeHost && path !== '') return false
  return needed === 'anyone' || roles.indexOf(role) >= roles.indexOf(needed)
}

/** Whether rights cover all that others have: nobody gives away more than they have. */
export function covers(own: Rights, others: Rights): boolean {
  return roles.indexOf(own.role) >= roles.indexOf(others.role) && isWithin(own.path, others.path)
}
