// Bare Node and a manager in turn, so that whatever else the machine does meets both alike.
import type { Session } from '../session.ts'

/**
 * Measures both `rounds` times, each first every other time, after a round that does not count.
 * @param work what measures either once: milliseconds
 */
export async function alternate(
  session: Session,
  figure: string,
  { rounds, bare, own }: { rounds: number; bare: () => Promise<number>; own: () => Promise<number> },
): Promise<void> {
  const { samples } = session
  await bare()
  await own()
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) samples.addBare(figure, await bare())
    samples.add(figure, await own())
    if (round % 2 === 1) samples.addBare(figure, await bare())
  }
}
