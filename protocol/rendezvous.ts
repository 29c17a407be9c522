// Takes the same one of several for the same key: weighted rendezvous hashing. One that goes moves its own keys alone, and other weights
// move no more keys than they must.

/** The one whose keys these are; undefined if none has any weight. @param nameOf what tells it from the others, and stays */
export function rendezvous<Item extends { weight: number }>(
  items: readonly Item[],
  { key, nameOf }: { key: string; nameOf: (item: Item) => string },
): Item | undefined {
  // Few callers have keys, and each process that calls would load it.
  const { hash } = process.getBuiltinModule('node:crypto')
  /** Between 0 and 1, without both. */
  const fraction = (text: string) => (hash('sha1', text, 'buffer').readUIntBE(0, 6) + 0.5) / 2 ** 48
  let best: Item | undefined
  let bestScore = 0
  for (const item of items) {
    const score = item.weight / -Math.log(fraction(`${key} ${nameOf(item)}`))
    if (score > bestScore) [best, bestScore] = [item, score]
  }
  return best
}
