// Where clients reach the host, and its fingerprint, as far as its doors are open by now: a pod may ask before all are
// open.
import type { HostInfo } from '../../protocol/words-host.ts'
import { reachableAt } from './reachable.ts'

type Doors = Pick<HostInfo, 'addresses' | 'reachableAt' | 'shellAddress' | 'fingerprint'>

export class Reach {
  #addresses: string[] = []
  #shellAddress: string | undefined
  #certificate: { readonly fingerprint: string } | undefined

  /** @param certificate that of the doors that speak TLS, if any do; it may change */
  constructor(certificate: { readonly fingerprint: string } | undefined) {
    this.#certificate = certificate
  }

  get doors(): Doors {
    // Anew each time: a machine may get another address.
    const reachable = this.#addresses.flatMap(address => reachableAt(address) ?? [])
    return {
      addresses: this.#addresses,
      ...(reachable.length > 0 && { reachableAt: reachable }),
      ...(this.#shellAddress !== undefined && { shellAddress: this.#shellAddress }),
      ...(this.#certificate && { fingerprint: this.#certificate.fingerprint }),
    }
  }

  /** The doors of all clients are open. */
  onAddresses(addresses: string[]): void {
    this.#addresses = addresses
  }

  /** The shell's own port is open. */
  onShell(address: string): void {
    this.#shellAddress = address
  }
}
