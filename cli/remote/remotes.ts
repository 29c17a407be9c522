// The remotes: names for hosts, kept in the user's config file. `local` is always there. It must not connect to anything.
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'
import { checkName } from '../../protocol/names.ts'
import { nearest } from '../../protocol/nearest.ts'
import { type Address, parseAddress } from '../client/address.ts'
import { socketFile } from '../host/data-dir.ts'
import { changeConfig, readConfig, type SavedRemote } from './config-file.ts'

/** A host that has a name. `path` is `''` for the root host there. */
export type Remote = {
  name: string
  address: Address
  path: string
  token: string | undefined
  fingerprint?: string | undefined
}

/** The name that stands for the host on this machine. */
export const localName = 'local'

/** The remote `local`: the socket of the host in `dataDir`. */
export function localRemote(dataDir: string): Remote {
  return { name: localName, address: { kind: 'unix', path: socketFile(dataDir) }, path: '', token: undefined }
}

/**
 * The remote called `name`.
 * @throws {P8aError} `remote_not_found`, `bad_settings` if the config file is broken
 */
export function findRemote(name: string, dataDir: string): Remote {
  if (name === localName) return localRemote(dataDir)
  const { remotes } = readConfig()
  const saved = remotes[name]
  if (saved && Object.hasOwn(remotes, name)) return toRemote(name, saved)
  throw notFound(name, Object.keys(remotes))
}

/** Whether there is a remote called `name`. @throws {P8aError} `bad_settings` if the config file is broken */
export function isRemote(name: string): boolean {
  return name === localName || Object.hasOwn(readConfig().remotes, name)
}

/** All remotes, `local` first, then by name. */
export function listRemotes(dataDir: string): Remote[] {
  const saved = Object.entries(readConfig().remotes).map(([name, remote]) => toRemote(name, remote))
  return [localRemote(dataDir), ...saved.sort((a, b) => (a.name < b.name ? -1 : 1))]
}

/**
 * Keeps a remote.
 * @param remote its address in the form it is shown in
 * @throws {P8aError} `bad_name`, `remote_exists`, `bad_settings`, `save_failed`
 */
export async function addRemote(name: string, remote: SavedRemote): Promise<void> {
  await changeConfig(({ remotes }) => {
    checkFree(name)
    return { remotes: { ...remotes, [name]: remote } }
  })
}

/**
 * Makes sure that a remote may have this name.
 * @throws {P8aError} `bad_name`, `remote_exists`, `bad_settings`
 */
export function checkFree(name: string): void {
  checkName(name, 'remote')
  if (name === localName) {
    throw new P8aError(
      'remote_exists',
      'Cannot add the remote "local": that name always means the host on this machine',
      {
        hint: 'Choose another name, such as origin',
      },
    )
  }
  const { remotes } = readConfig()
  const taken = Object.hasOwn(remotes, name) ? remotes[name] : undefined
  if (taken) {
    throw new P8aError('remote_exists', `Cannot add the remote "${name}": there is one, ${taken.address}`, {
      hint: { text: 'Choose another name, or remove that one first', do: { verb: 'remote remove', args: [name] } },
      facts: { remote: name, address: taken.address },
    })
  }
}

/**
 * Pins another certificate.
 * @throws {P8aError} `remote_not_found`, `unsupported` for a remote without TLS, `bad_settings`, `save_failed`
 */
export async function pinRemote(name: string, fingerprint: string): Promise<void> {
  await changeConfig(({ remotes }) => {
    const saved = Object.hasOwn(remotes, name) ? remotes[name] : undefined
    if (!saved && name !== localName) throw notFound(name, Object.keys(remotes))
    if (!saved?.address.startsWith('tls://')) {
      throw new P8aError('unsupported', `Cannot pin a certificate for the remote "${name}": it has no TLS`)
    }
    return { remotes: { ...remotes, [name]: { ...saved, fingerprint } } }
  })
}

/**
 * Forgets a remote.
 * @throws {P8aError} `remote_not_found`, `unsupported` for `local`, `bad_settings`, `save_failed`
 */
export async function removeRemote(name: string): Promise<void> {
  if (name === localName) {
    throw new P8aError('unsupported', 'Cannot remove the remote "local": it always means the host on this machine')
  }
  await changeConfig(({ remotes: all }) => {
    if (!Object.hasOwn(all, name)) throw notFound(name, Object.keys(all))
    const { [name]: _, ...remotes } = all
    return { remotes }
  })
}

function toRemote(name: string, saved: SavedRemote): Remote {
  return {
    name,
    address: parseAddress(saved.address),
    path: saved.path ?? '',
    token: saved.token,
    ...(saved.fingerprint === undefined ? {} : { fingerprint: saved.fingerprint }),
  }
}

function notFound(name: string, known: string[]): P8aError {
  return new P8aError('remote_not_found', `There is no remote ${JSON.stringify(name)}`, {
    hint: stepsFor(name, { known }),
    facts: { remote: name, known: [localName, ...known.sort()] },
  })
}

/**
 * What to do about a word that is the name of no remote.
 * @param options.isAside the hint is about something else first
 * @throws {P8aError} `bad_settings` if the config file is broken
 */
export function remoteSteps(name: string, { isAside = false }: { isAside?: boolean } = {}): readonly Step[] {
  return stepsFor(name, { known: Object.keys(readConfig().remotes), isAside })
}

function stepsFor(name: string, { known, isAside = false }: { known: string[]; isAside?: boolean }): readonly Step[] {
  const all = [localName, ...known.sort()]
  const meant = nearest(name, all)
  const didYouMean = meant ? `Did you mean "${meant}"? ` : ''
  const remotes = `emotes: ${all.join(', ')}`
  return [
    { text: isAside ? `there is no remote ${JSON.stringify(name)} either; r${remotes}` : `${didYouMean}R${remotes}` },
    { text: 'to add one', do: { verb: 'remote add', args: ['NAME', 'ADDRESS'] } },
  ]
}
