// A counter that survives restarts. `p8a.storage` is a directory of the pod's own: it outlives runs, versions and hosts,
// and goes when the pod is removed. It is also the working directory.
//   pod push local tally etc/examples/storage.ts
//   pod start local tally
//   pod call local tally next               prints 1, then 2, 3, …, also behind a `pod restart local tally`
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { P8a, Params } from 'p8a'

let file = ''
let count = 0

export default async (_params: Params, _bus: unknown, p8a: P8a) => {
  file = join(p8a.storage, 'count')
  count = Number(await readFile(file, 'utf8').catch(() => '0'))
  console.log(`Going on from ${count}`)
}

export async function next() {
  count++
  // Written beside and renamed, so that a kill in the middle leaves the old count and not half a file.
  await writeFile(`${file}.new`, String(count))
  await rename(`${file}.new`, file)
  return count
}
