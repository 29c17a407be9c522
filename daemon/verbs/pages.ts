// Pages of a list that is in the order of names: so many behind a name. Pure.

export type Wanted = { limit?: number | undefined; after?: string | undefined }

/**
 * @param all in the order of their names, or, where pages are wanted, in any
 * @returns what is wanted of them, and the name behind which it goes on, if there is more
 */
export function pageOf<One>(all: readonly One[], nameOf: (one: One) => string, { limit, after }: Wanted): Page<One> {
  if (limit === undefined && after === undefined) return { page: [...all] }
  const behind = all.filter(one => after === undefined || nameOf(one) > after)
  behind.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const page = behind.slice(0, limit)
  const last = page.at(-1)
  return { page, ...(last !== undefined && behind.length > page.length && { next: nameOf(last) }) }
}

export type Page<One> = { page: One[]; next?: string }
