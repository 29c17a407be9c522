// How long to wait before the next attempt to connect.

/** @param attempts how many have failed, at least 1 @returns ms: soon at first, since a host is back in a moment */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const most = Math.min(5000, 250 * 2 ** (attempts - 1))
  // Many pages do not come back in the same moment.
  return Math.round(most * (0.75 + random() / 4))
}
