// What people are told of certificates: in the status of the gateway, and by its commands.
import type { Certificate } from './certificate.ts'
import type { Fault } from './shelf.ts'

/** The part of the gateway's status: how many there are, and the first thing that is wrong with them. */
export function certificatesText(all: readonly Certificate[], faults: readonly Fault[]): string {
  const count = `${all.length === 0 ? 'no' : all.length} certificate${all.length === 1 ? '' : 's'}`
  const [first] = faults
  if (!first) return count
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : ''
  return `${count} (${first.label}: ${first.text}${more})`
}

/** A certificate: `endsAt` as RFC 3339, the days until then, and what is wrong with it. */
type ToldCertificate = {
  label: string
  names: readonly string[]
  issuer: string
  endsAt: string
  days: number
  faults: string[]
}

/** `certificates`: the next to end is first. `faults`: of what could not be taken. */
export type ToldCertificates = { certificates: ToldCertificate[]; faults: Fault[] }

export function toldCertificates(
  all: readonly Certificate[],
  faults: readonly Fault[],
  nowMs: number,
): ToldCertificates {
  const certificates = [...all]
    .sort((a, b) => a.endsAtMs - b.endsAtMs)
    .map(({ label, names, issuer, endsAtMs }) => ({
      label,
      names,
      issuer,
      endsAt: new Date(endsAtMs).toISOString(),
      days: Math.floor((endsAtMs - nowMs) / 86_400_000),
      faults: faults.filter(fault => fault.label === label).map(({ text }) => text),
    }))
  const labels = new Set(all.map(({ label }) => label))
  return { certificates, faults: faults.filter(({ label }) => !labels.has(label)) }
}

/** The same as lines for people. */
export function certificatesLines({ certificates, faults }: ToldCertificates): string {
  const lines = certificates.map(({ label, names, endsAt, days, issuer, ...of }) => {
    const ends = days < 0 ? `ended at ${endsAt}` : `ends at ${endsAt}, in ${days} day${days === 1 ? '' : 's'}`
    return [`certificate ${label}: ${names.join(', ')}, ${ends}, by ${issuer}`, ...of.faults].join('; ')
  })
  return [...lines, ...faults.map(({ label, text }) => `certificate ${label}: ${text}`)]
    .map(line => `${line}\n`)
    .join('')
}
