// The configuration of a server of an engine of p8a's own. Pure.
import { accountToken, operatorToken } from './claims.ts'
import type { Keys } from './keys.ts'
import type { AccountRecord } from './members.ts'
import { publicOf } from './nkeys.ts'

export type ServerFiles = { store: string; accounts: string; cert: string; key: string; authority: string }

export type ServerPlan = {
  fleet: string
  /** By which the servers know each other. */
  name: string
  /** `HOST:PORT` for hosts; `route` for other servers, empty for a server that is alone for good. */
  address: string
  route: string
  /** What hosts are told in the place of its address; empty: its address. */
  advertised: string
  /** The routes of all servers. */
  routes: readonly string[]
  /** What {@link trustOf} gives. */
  trust: string
}

/** How often servers of a cluster look whether another one knows an account as it is now. */
const accountsEvery = '10s'

/**
 * Whom a server trusts: the tokens of the operator and of both accounts, in which there is no secret.
 * @param account who is revoked; undefined: as old as can be, since what a server was told since is newer
 */
export function trustOf(keys: Keys, account: AccountRecord = { v: 1, issuedAt: 1, revoked: {} }): string {
  const { fleet, operator, system } = keys
  const of = (seed: string, more: { name: string; isSystem?: boolean; revoked?: Record<string, number> }) =>
    `  ${publicOf(seed)}: ${accountToken({ operator, account: seed }, { issuedAt: account.issuedAt, ...more })}`
  return `operator: ${operatorToken(operator, publicOf(system))}
system_account: ${publicOf(system)}
resolver_preload {
${of(keys.account, { name: fleet, revoked: account.revoked })}
${of(system, { name: 'system', isSystem: true })}
}
`
}

export function serverConfig(plan: ServerPlan, files: ServerFiles): string {
  const { fleet, name, address, route, advertised, routes, trust } = plan
  const text = (value: string) => JSON.stringify(value)
  const tls = `cert_file: ${text(files.cert)}, key_file: ${text(files.key)}`
  const cluster = `cluster {
  name: ${text(`p8a-${fleet}`)}, listen: ${text(route)}
  routes: ${JSON.stringify(routes.map(one => `nats-route://${one}`))}
  tls { ${tls}, ca_file: ${text(files.authority)}, verify: true, timeout: 5 }
}
`
  return `server_name: ${text(name)}
listen: ${text(address)}
${advertised === '' ? '' : `client_advertise: ${text(advertised)}\n`}tls { ${tls}, timeout: 5 }
# An acknowledged write is on the disk.
jetstream { store_dir: ${text(files.store)}, sync_interval: always }
# Who does not read does not hold up the others.
write_deadline: "2s"
max_pending: 8MB
${route === '' ? '' : cluster}resolver { type: full, dir: ${text(files.accounts)}, allow_delete: false, interval: "${accountsEvery}" }
${trust}`
}
