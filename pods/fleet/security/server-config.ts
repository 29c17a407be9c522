// The configuration of a server of an engine of p8a's own. Pure.
import { accountToken, operatorToken, publicOf } from './claims.ts'
import type { Keys } from './keys.ts'

export type ServerFiles = { store: string; accounts: string; cert: string; key: string; authority: string }

/** How often servers of a cluster look whether another one knows an account as it is now. */
const accountsEvery = '10s'

/** @param at which of the servers */
export function serverConfig(keys: Keys, { at, files }: { at: number; files: ServerFiles }): string {
  const { fleet, operator, account, system, servers } = keys
  const [own = { address: '', route: '' }] = servers.slice(at, at + 1)
  const accounts = {
    [publicOf(account)]: { account, name: fleet },
    [publicOf(system)]: { account: system, name: 'system' },
  }
  const text = (value: string) => JSON.stringify(value)
  const tls = `cert_file: ${text(files.cert)}, key_file: ${text(files.key)}`
  const cluster = `cluster {
  name: ${text(`p8a-${fleet}`)}, listen: ${text(own.route)}
  routes: ${JSON.stringify(servers.map(({ route }) => `nats-route://${route}`))}
  tls { ${tls}, ca_file: ${text(files.authority)}, verify: true, timeout: 5 }
}
`
  return `server_name: ${text(`p8a-${fleet}-${at + 1}`)}
listen: ${text(own.address)}
tls { ${tls}, timeout: 5 }
# An acknowledged write is on the disk.
jetstream { store_dir: ${text(files.store)}, sync_interval: always }
# Who does not read does not hold up the others.
write_deadline: "2s"
max_pending: 8MB
${servers.length > 1 ? cluster : ''}operator: ${operatorToken(operator, publicOf(system))}
system_account: ${publicOf(system)}
resolver { type: full, dir: ${text(files.accounts)}, allow_delete: false, interval: "${accountsEvery}" }
resolver_preload {
${Object.entries(accounts)
  .map(([key, { account: seed, name }]) => {
    // One that is as old as can be: what the server was told since is newer.
    return `  ${key}: ${accountToken({ operator, account: seed }, { name, isSystem: seed === system, issuedAt: 1 })}`
  })
  .join('\n')}
}
`
}
