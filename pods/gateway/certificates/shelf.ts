// All certificates that the gateway has, whoever brought them, and which of them is for a name.
import { type Certificate, isFor } from './certificate.ts'

/** Something that people should know of a certificate. `label`: which one. */
export type Fault = { label: string; text: string }

export class Shelf {
  #sources = new Map<string, readonly Certificate[]>()
  #faults = new Map<string, readonly Fault[]>()
  #byName = new Map<string, Certificate>()

  /** Takes what a source has now, in the place of what it had. */
  put(source: string, certificates: readonly Certificate[], faults: readonly Fault[] = []): void {
    this.#sources.set(source, certificates)
    this.#faults.set(source, faults)
    this.#byName.clear()
    for (const certificate of this.all) {
      for (const name of certificate.names) {
        const other = this.#byName.get(name)
        if (!other || isBetter(certificate, other, Date.now())) this.#byName.set(name, certificate)
      }
    }
  }

  get all(): readonly Certificate[] {
    return [...this.#sources.values()].flat()
  }

  get faults(): readonly Fault[] {
    return [...this.#faults.values()].flat()
  }

  /** The certificate for a name in lower case: that for the name itself before one for all names beside it. */
  find(name: string): Certificate | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.replace(/^[^.]+/, '*'))
  }

  /** Whether clients that check it would take the certificate that there is for a name. */
  covers(name: string): boolean {
    const found = this.find(name)
    return found !== undefined && isValid(found, Date.now())
  }

  /** A certificate by its label, or one that is for this name. */
  named(text: string): Certificate | undefined {
    return this.all.find(({ label }) => label === text) ?? this.find(text.toLowerCase())
  }
}

/** What is said of certificates that could be of no use, with the hosts that have routes. */
export function faultsOf(all: readonly Certificate[], hosts: readonly string[], nowMs: number): Fault[] {
  return all.flatMap(certificate => {
    const { label, names, beginsAtMs, endsAtMs } = certificate
    const texts: string[] = []
    if (endsAtMs <= nowMs) texts.push(`it has ended at ${new Date(endsAtMs).toISOString()}`)
    if (beginsAtMs > nowMs) texts.push(`it begins only at ${new Date(beginsAtMs).toISOString()}`)
    if (!hosts.some(host => isOfUse(certificate, host))) texts.push(`no route is for ${names.join(', ')}`)
    return texts.map(text => ({ label, text }))
  })
}

/** Whether a route's host has names for which a certificate is. */
function isOfUse(certificate: Certificate, host: string): boolean {
  if (host === '*' || isFor(certificate, host)) return true
  return host.startsWith('*.') && certificate.names.some(name => name.endsWith(host.slice(1)))
}

function isBetter(one: Certificate, other: Certificate, nowMs: number): boolean {
  const [isOne, isOther] = [isValid(one, nowMs), isValid(other, nowMs)]
  return isOne === isOther ? one.endsAtMs > other.endsAtMs : isOne
}

const isValid = ({ beginsAtMs, endsAtMs }: Certificate, nowMs: number) => beginsAtMs <= nowMs && nowMs < endsAtMs
