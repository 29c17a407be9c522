// Another time for what looks at the clock of the machine.

/** Works at a time in milliseconds since 1970. */
export async function at(ms: number, work: () => Promise<void>): Promise<void> {
  const { now } = Date
  const offset = ms - now()
  Date.now = () => now() + offset
  try {
    await work()
  } finally {
    Date.now = now
  }
}
