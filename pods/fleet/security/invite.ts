// How a host is taken into a fleet whose engine is p8a's own: an invite may only ask for that, the host makes its key itself, and a keeper signs it.
import { connect } from '@nats-io/transport-node'
import type { Step } from 'p8a/client'
import { fleetError } from '../host/errors.ts'
import { connectProblem } from '../nats/failures.ts'
import { type Credential, whoAndWhere } from '../nats/link.ts'
import { type NatsEngineSettings, newId } from '../settings.ts'
import { nowSeconds, userToken } from './claims.ts'
import { newSeed, publicOf } from './nkeys.ts'
import { busPrefix, inviteRights } from './rights.ts'

export type AskedToJoin = { host: string; hostId: string; key: string }
/** `isUndone`: the host did not come in after all; one of an earlier version does not say it. */
export type AskedToLeave = { isUndone?: boolean }
/** `isPassing`: it would be done a moment later. */
export type Joined = { token: string } | { error: string; hint?: string; steps?: readonly Step[]; isPassing?: boolean }

const askMs = 20_000

/** @param server where the host that joins by it may give the engine a server. @returns what a subject may have in it */
export const newInviteId = (server?: string): string =>
  server === undefined ? newId() : `${newId()}_${Buffer.from(server).toString('base64url')}`

/** Where the host that joins by an invite may give the engine a server. */
export function serverOfInvite(id: string): string | undefined {
  const at = id.indexOf('_')
  return at === -1 ? undefined : Buffer.from(id.slice(at + 1), 'base64url').toString()
}

/** @param account the seed of the account of the fleet. @returns what lets one host join within that time */
export function newInvite(
  account: string,
  { fleet, id, forMs }: { fleet: string; id: string; forMs: number },
): Credential {
  const seed = newSeed('user')
  const user = publicOf(seed)
  const rights = inviteRights(fleet, { id, key: user })
  const endsAt = nowSeconds() + Math.ceil(forMs / 1000)
  return { seed, token: userToken(account, { user, name: `invite ${id}`, rights, endsAt }) }
}

/**
 * Exchanges an invite for a credential of this host. Its key is made here and never leaves this host.
 * @throws {Error} `fleet_unavailable` if no keeper answers; what the keeper says, with `isPassing` where it would do it later
 */
export async function exchange(
  engine: NatsEngineSettings,
  { fleet, host, hostId }: { fleet: string; host: string; hostId: string },
): Promise<Credential> {
  const seed = newSeed('user')
  const connection = await connect({ ...whoAndWhere(engine), reconnect: false, timeout: askMs }).catch(error => {
    throw fleetError('fleet_unavailable', `Cannot join: ${inviteProblem(connectProblem(error))}`, {
      text: 'Print another invite on a host that keeps the engine',
      do: { verb: 'fleet invite', remote: 'HOST' },
    })
  })
  try {
    const asked: AskedToJoin = { host, hostId, key: publicOf(seed) }
    const subject = `${busPrefix(fleet)}keeper.join.${inviteIdOf(engine.credential?.token ?? '')}`
    const told = await connection.request(subject, JSON.stringify(asked), { timeout: askMs }).catch(error => {
      throw fleetError(
        'fleet_unavailable',
        `Cannot join: no host that keeps the engine answers: ${(error as Error).message}`,
        {
          text: 'See that the fleet pod is up where the invite was printed',
          do: { verb: 'status', args: ['fleet'], remote: 'HOST' },
        },
      )
    })
    const joined = told.json<Joined>()
    if ('error' in joined) {
      const { error, hint, steps, isPassing = false } = joined
      throw Object.assign(fleetError('unsupported', `Cannot join: ${error}`, steps ?? hint), { isPassing })
    }
    return { seed, token: joined.token }
  } finally {
    await connection.close()
  }
}

const inviteProblem = (problem: string): string =>
  problem.includes('credential')
    ? 'the engine refuses this invite: its time is over, or it is of another fleet'
    : problem

/** An invite bears its id in its name. */
const inviteIdOf = (token: string): string => {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { name: string }
  return claims.name.slice('invite '.length)
}
