// Who may use a Unix socket, by the numbers that the kernel knows. A keeper knows the users of this machine's files alone, and
// not those of a directory such as LDAP.
import { P8aError } from '../../protocol/errors.ts'
import { addressText, type SocketAccess } from '../../protocol/listen.ts'
import { quote } from '../../protocol/names.ts'
import { findGroup, findUser } from '../system/users.ts'

/** A Unix socket that a pod wants. */
type Asked = { pod: string; path: string; access: SocketAccess }

/** Users and groups by their numbers. @throws {P8aError} `start_failed` if there is no such user or group */
export async function numbered({ pod, path, access }: Asked): Promise<SocketAccess> {
  const { owner, group } = access
  const numberOf = async (kind: 'user' | 'group', asked: string, find: () => Promise<number | undefined>) => {
    const number = /^\d+$/.test(asked) ? Number(asked) : await find()
    if (number !== undefined) return String(number)
    const what = `there is no ${kind} ${quote(asked)} on this machine`
    const list = kind === 'user' ? 'passwd' : 'group'
    throw new P8aError('start_failed', `Cannot listen at ${addressText({ path })} for pod ${quote(pod)}: ${what}`, {
      hint: `Make it, as root: ${kind}add --system ${asked}; getent ${list} lists those that there are`,
      facts: { pod, path, [kind]: asked },
    })
  }
  return {
    ...access,
    ...(owner !== undefined && { owner: await numberOf('user', owner, async () => (await findUser(owner))?.uid) }),
    ...(group !== undefined && { group: await numberOf('group', group, () => findGroup(group)) }),
  }
}
