// When a certificate is ordered again, and when an order that failed is tried again.

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The window in which a certificate authority would like to see the next order (RFC 9773). */
export type Window = { startMs: number; endMs: number }

/** A moment within the window, or at two thirds of the certificate's life, a little earlier or later so that not all come at once. */
export function renewAtMs(
  life: { beginsAtMs: number; endsAtMs: number },
  { window, random }: { window?: Window | undefined; random: number },
): number {
  if (window) return window.startMs + random * (window.endMs - window.startMs)
  const lengthMs = life.endsAtMs - life.beginsAtMs
  return life.beginsAtMs + lengthMs * (2 / 3 + (random - 0.5) / 20)
}

/** How long to leave a certificate authority alone after so many failures in a row: its limits count failures, too. */
export function backoffMs(failures: number): number {
  return Math.min(15 * minuteMs * 2 ** (failures - 1), dayMs)
}

/** Whether a host of a route is a name that a certificate authority may be asked about: one name in full, of more than one label. */
export function isOrderable(host: string): boolean {
  return (
    /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*\.(?!\d+$)[a-z0-9-]+$/.test(host) &&
    !/\.(?:localhost|local|internal)$/.test(host)
  )
}
