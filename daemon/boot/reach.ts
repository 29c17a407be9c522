// Where clients reach the host, and what they know it by, as far as its doors are open by now: a pod may ask before all of them
// are.
import type { HostInfo } from '../../protocol/words.ts'

type Doors = Pick<HostInfo, 'addresses' | 'shellAddress' | 'fingerprint'>

export class Reach {
  #addresses: string[] = []
  #shellAddress: string | undefined
  #certificate: { readonly fingerprint: string } | undefined

  /** @param certificate of the doors that speak TLS, if any do; it may be another one by and by */
  constructor(certificate: { readonly fingerprint: string } | undefined) {
    this.#certificate = certificate
  }

  get doors(): Doors {
    return {
      addresses: this.#addresses,
      ...(this.#shellAddress !== undefined && { shellAddress: this.#shellAddress }),
      ...(this.#certificate && { fingerprint: this.#certificate.fingerprint }),
    }
  }

  /** The doors of all clients are open. */
  onAddresses(addresses: string[]): void {
    this.#addresses = addresses
  }

  /** The shell's own port is. */
  onShell(address: string): void {
    this.#shellAddress = address
  }
}
