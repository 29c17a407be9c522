// A pod that calls the functions of another one: push functions.ts first, as `math`.
//   pod push local clerk etc/examples/calling.ts
//   pod start local clerk --of math
//   pod call local clerk invoice 3 250        prints 750
import type { P8a, Params } from 'p8a'

let math: ReturnType<P8a['pod']> | undefined

export default async (params: Params, _bus: unknown, p8a: P8a) => {
  math = p8a.pod(params.of ?? 'math')
}

/** The price of so many pieces. */
export async function invoice(pieces: number, price: number) {
  return await math?.total?.(Array.from({ length: pieces }, () => price))
}
