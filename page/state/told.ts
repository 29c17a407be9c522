// What each of several hosts has told last, as it comes: one that is slow delays no other. Pure.

/** By the paths of the hosts. `askedMs`: when it was asked, by a clock that does not go back. */
export type Told<Answer> = ReadonlyMap<string, { askedMs: number; answer: Answer }>

/** An answer that the answer to a later question has overtaken changes nothing. */
export function withAnswer<Answer>(
  told: Told<Answer>,
  path: string,
  heard: { askedMs: number; answer: Answer },
): Told<Answer> {
  const known = told.get(path)
  return known && known.askedMs > heard.askedMs ? told : new Map(told).set(path, heard)
}

/** What these hosts have told, in their order; a host that has told nothing yet is left out. */
export function answersOf<Answer>(told: Told<Answer>, paths: readonly string[]): { path: string; answer: Answer }[] {
  return paths.flatMap(path => {
    const known = told.get(path)
    return known ? [{ path, answer: known.answer }] : []
  })
}
