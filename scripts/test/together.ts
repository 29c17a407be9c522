// Runs several test files in this process, one after the other: to start Node and to load the same modules takes most of the
// time of a small one. After each, a line says that it has ended.
//   node scripts/test/together.ts FILE…
import { pathToFileURL } from 'node:url'
import { endOf } from './batches.ts'

/** What uvu keeps for its own command, which runs several files, too: `UVU_INDEX` is a place of `UVU_QUEUE`. */
const uvu = globalThis as unknown as { UVU_DEFER: boolean; UVU_INDEX: number; UVU_QUEUE: unknown[][] }
Object.assign(uvu, { UVU_DEFER: true, UVU_INDEX: 0 })
const { exec } = await import('uvu')
await import('./told-hooks.ts')

for (const file of process.argv.slice(2)) {
  uvu.UVU_QUEUE = [[null]]
  await import(pathToFileURL(file).href)
  await exec()
  process.stdout.write(endOf(file))
}
