// Who may do what at an engine of p8a's own, as the JSON web tokens by which a nats-server knows it: an operator signs accounts, and an account
// signs its users, each with its nkey. https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
import { createHash } from 'node:crypto'
import { publicOf, signedWith } from './nkeys.ts'

export type Rights = {
  publish: readonly string[]
  subscribe: readonly string[]
  /** What must not be done though one of these patterns allows it. */
  denied?: readonly string[]
}

/** @param system the account of the servers themselves */
export const operatorToken = (operator: string, system: string): string =>
  signed(operator, { sub: publicOf(operator), name: 'p8a' }, { type: 'operator', system_account: system })

/**
 * @param signing seeds: that of the operator, and that of the account
 * @param options.revoked public keys of users, and since when (seconds) what was signed for them is void
 * @param options.issuedAt seconds; a server takes only one that is newer than what it has
 */
export function accountToken(
  { operator, account }: { operator: string; account: string },
  { name, isSystem = false, revoked = {}, issuedAt = nowSeconds() }: AccountOptions,
): string {
  const all = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const streams = isSystem ? {} : { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }
  return signed(
    operator,
    { sub: publicOf(account), name, iat: issuedAt },
    { type: 'account', limits: { ...all, ...streams }, revocations: revoked },
  )
}

export type AccountOptions = {
  name: string
  isSystem?: boolean
  revoked?: Readonly<Record<string, number>>
  issuedAt?: number
}

/** @param user the public key of whoever is to have it; `endsAt` in seconds, for one that ends by itself */
export function userToken(
  account: string,
  { user, name, rights, endsAt }: { user: string; name: string; rights?: Rights; endsAt?: number },
): string {
  const { publish, subscribe, denied = [] } = rights ?? { publish: ['>'], subscribe: ['>'] }
  return signed(
    account,
    { sub: user, name, ...(endsAt !== undefined && { exp: endsAt }) },
    {
      ...{ type: 'user', subs: -1, data: -1, payload: -1 },
      pub: { allow: publish, deny: denied },
      sub: { allow: subscribe },
    },
  )
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

function signed(seed: string, claims: object, nats: object): string {
  const all = { iat: nowSeconds(), iss: publicOf(seed), ...claims, nats: { ...nats, version: 2 } }
  const jti = createHash('sha256').update(JSON.stringify(all)).digest('hex')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ jti, ...all })}`
  return `${text}.${signedWith(seed, Buffer.from(text)).toString('base64url')}`
}
