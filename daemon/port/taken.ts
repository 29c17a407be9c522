// Why an address cannot be listened at, in the words of an error.
import { lstat } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'
import { addressText, type Port } from '../../protocol/listen.ts'
import { quote } from '../../protocol/names.ts'
import { isListenedAt, listenerOf, problemAt } from '../system/listener.ts'

/** What a pod wants to listen at. */
type Asked = { pod: string; port: Port }

/** @throws {P8aError} `port_taken` if somebody listens there, `start_failed` if nobody can */
export async function checkFree({ pod, port }: Asked): Promise<void> {
  if ('path' in port) {
    if (await isListenedAt(port.path)) throw taken({ pod, port }, 'another process listens there')
    const found = await lstat(port.path).catch(() => undefined)
    if (found && !found.isSocket()) {
      const end = { text: 'Move it away if nobody needs it' }
      throw taken({ pod, port }, `a ${found.isDirectory() ? 'folder' : 'file'} that is no socket is there`, { end })
    }
    return
  }
  const problem = await problemAt(port)
  if (problem !== undefined) throw await notFree({ pod, port }, problem)
}

/** Another pod has it. */
export function takenByPod(asked: Asked, other: string): P8aError {
  const stop: Step = { text: 'Stop that pod first', do: { verb: 'stop', args: [other] } }
  return taken(asked, `pod ${quote(other)} has it`, { end: stop, more: { holder: { pod: other } } })
}

/** @param problem what the system calls it */
async function notFree(asked: Asked & { port: { port: number } }, problem: string): Promise<P8aError> {
  const { pod, port } = asked
  if (problem === 'EADDRINUSE') {
    const holder = await listenerOf(port.port)
    if (!holder) return taken(asked, 'a process of another user, or one that is just ending, has it')
    const isItself = holder.name.startsWith(`pod ${pod}.`)
    const stop: Step = {
      text: 'It opened that port by itself: stop it, and start it',
      do: { verb: 'stop', args: [pod] },
    }
    return taken(asked, `${holder.name} (pid ${holder.pid}) has it`, {
      more: { holder },
      ...(isItself && { end: stop }),
    })
  }
  const facts = { pod, port, system: problem }
  const what = `Cannot listen at ${addressText(port)} for pod ${quote(pod)}`
  if (problem === 'EACCES')
    return new P8aError('start_failed', `${what}: this user may not use a port below 1024`, {
      hint: 'Use a port from 1024 on, or allow it: sysctl net.ipv4.ip_unprivileged_port_start=80, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit of the host',
      facts,
    })
  if (problem === 'EADDRNOTAVAIL' || problem === 'EINVAL')
    return new P8aError('start_failed', `${what}: this machine has no such address`, {
      hint: 'Write the port alone to listen at all addresses, or one that `ip address` shows',
      facts,
    })
  return new P8aError('start_failed', `${what}: ${problem}`, { facts })
}

/** @param how.end how to end whoever has it */
function taken(
  { pod, port }: Asked,
  by: string,
  { end = { text: 'End that process' }, more = {} }: { end?: Step; more?: object } = {},
): P8aError {
  return new P8aError('port_taken', `Cannot listen at ${addressText(port)} for pod ${quote(pod)}: ${by}`, {
    hint: [
      end,
      {
        text: 'or name another port',
        do: { verb: 'start', args: [pod], options: { listen: 'PORT' } },
      },
      { text: '"auto" lets the host choose a free one' },
    ],
    facts: { pod, port, ...more },
  })
}
