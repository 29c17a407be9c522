// Every export beside the default and `config` that is a function can be called from outside. Arguments and results
// are JSON.
//   pod push local math etc/examples/functions.ts
//   pod start local math
//   pod call local math add 20 4              prints 24
//   pod call local math total '[1,2,3]'       prints 6
import type { Pod } from 'p8a'

export const add = (a: number, b: number) => a + b

export async function total(numbers: number[]) {
  return numbers.reduce((sum, number) => sum + number, 0)
}

// An error goes back to the caller as it is; the run goes on.
export function divide(a: number, b: number) {
  if (b === 0) throw new RangeError('Cannot divide by 0')
  return a / b
}

export default (async () => {}) satisfies Pod
