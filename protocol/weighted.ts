// Takes one of several at random, by their weights.

/** One of them, each as often as its weight says; undefined if none has any. @param random from 0 to 1 */
export function weighted<Item extends { weight: number }>(items: readonly Item[], random: number): Item | undefined {
  let left = random * items.reduce((sum, { weight }) => sum + weight, 0)
  const some = items.filter(({ weight }) => weight > 0)
  return (
    some.find(({ weight }) => {
      left -= weight
      return left < 0
    }) ?? some.at(-1)
  )
}
