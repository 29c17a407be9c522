// What was removed while the queue was not up: the host leaves a file of the name of each pod, with the time of it. Items that came
// after that time are those of another pod of the same name.
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Queues } from './queues.ts'

export async function forgetRemoved(storage: string, queues: Pick<Queues, 'forget'>): Promise<void> {
  const folder = join(storage, 'forget')
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (name.endsWith('.tmp')) continue
    const file = join(folder, name)
    const untilMs = Number(await readFile(file, 'utf8'))
    // One that was cut off has no time: nothing is removed by it.
    if (untilMs > 0) await queues.forget(name, untilMs)
    await rm(file, { force: true })
  }
}
