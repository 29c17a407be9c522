// How amounts of memory and disk are written: bytes, or a number with its unit, in steps of 1024.

const steps = ['', 'K', 'M', 'G', 'T'] as const

/** The most that an amount may be. */
const maxBytes = 2 ** 50

/** Bytes of `1048576`, `'200MB'`, `'1.5 GB'`, `'300M'`, `'64KiB'`; undefined if it is not an amount. */
export function sizeBytes(value: number | string): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(value) : undefined
  const unit = (match?.[2] ?? '').toUpperCase() as (typeof steps)[number]
  const bytes = typeof value === 'number' ? value : match ? Number(match[1]) * 1024 ** steps.indexOf(unit) : Number.NaN
  return bytes >= 1 && bytes <= maxBytes ? Math.round(bytes) : undefined
}

/** `812 B`, `1.2 MB`, `200 MB`. */
export function sizeText(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 1023.5 && step < steps.length - 1) {
    value /= 1024
    step++
  }
  return `${step > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${steps[step]}B`
}
