// Which nats-server will do: older ones lose compare-and-set that they have acknowledged.

/** The oldest that is right with several replicas, and that can sync each write to the disk. */
export const leastVersion = '2.10.27'

/** Older ones have faults that are known, but none that loses writes. */
export const newerVersion = '2.12.7'

/** @returns what is wrong with a version, in words */
export function badVersion(version: string, replicas: number): string | undefined {
  if (!isOlder(version, leastVersion)) return undefined
  const why = replicas > 1 ? 'it loses writes that it has acknowledged' : 'it cannot sync each write to the disk'
  return `The engine is nats-server ${version || 'of no known version'}, and ${why}: it has to be ${leastVersion} or newer`
}

export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => (/^(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number)
  const [own, other] = [numbers(version), numbers(than)]
  if (own.length === 0) return true
  const at = own.findIndex((number, index) => number !== other[index])
  return at >= 0 && (own[at] ?? 0) < (other[at] ?? 0)
}
