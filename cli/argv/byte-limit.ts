// Limits in bytes that variables of the environment may set.
import { P8aError } from '../../protocol/errors.ts'

export const MiB = 1024 * 1024

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: MiB, g: 1024 * MiB }

/**
 * Reads `65536`, `64K`, `64 MiB`, `1g`.
 * @param given the value of the variable; undefined: the limit is `usual`
 * @throws {P8aError} `usage` if it is no such number
 */
export function byteLimit(given: string | undefined, { variable, usual }: { variable: string; usual: number }): number {
  if (given === undefined) return usual
  const [, number, unit = ''] = /^(\d{1,15})\s*(?:([kmg])(?:i?b)?|b)?$/i.exec(given.trim()) ?? []
  const bytes = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN)
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw new P8aError('usage', `Cannot take ${JSON.stringify(given)} for ${variable}: it is no number of bytes`, {
    hint: `Write it as 65536, 64K, 64M or 1G; without the variable it is ${sizeText(usual)}`,
    facts: { variable },
  })
}

/** `64 MiB`, `512 KiB`, `100 bytes`: the largest unit that has it as a whole number. */
export function sizeText(bytes: number): string {
  if (bytes % MiB === 0) return `${bytes / MiB} MiB`
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`
}
