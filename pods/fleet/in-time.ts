// Waits for something no longer than it may take.

/** @returns once it is done, or the time is over: then nobody waits for it any more. @throws what it throws before that */
export async function inTime(work: Promise<unknown> | undefined, mostMs: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, mostMs)
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}
