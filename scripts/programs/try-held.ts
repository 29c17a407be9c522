// Reloads a program again and again on a held port while clients use it: what the table of held ports says of it.
import { clientsOf } from './clients.ts'
import type { HeldProgram } from './held.ts'
import { freePort, type Pod } from './try-p8a.ts'

export type TriedHeld = {
  /** Undefined: it came up and was reloaded; otherwise the step at which it did not, and what was said. */
  broken?: string
  reloads: number
  served: number
  failed: string[]
  ended: string
}

/** @param options.reloads how many */
export async function tryHeld(
  program: HeldProgram,
  { pod, reloads }: { pod: Pod; reloads: number },
): Promise<TriedHeld> {
  const { name, push = ['.'], start = [], speaks } = program
  const id = name.replaceAll(/[^a-z0-9]+/g, '-')
  const tried: TriedHeld = { reloads: 0, served: 0, failed: [], ended: '' }
  const port = await freePort()
  let step = 'push'
  try {
    await pod('push', 'local', id, ...push)
    step = 'start'
    await pod('start', 'local', id, '--listen', `${port}`, '--drain-timeout', '20s', ...start)
    const { counted, end } = clientsOf(speaks, port)
    try {
      step = 'reload'
      for (; tried.reloads < reloads; tried.reloads++) await pod('reload', 'local', id)
    } finally {
      await end()
    }
    const { served, failed, ended } = counted
    Object.assign(tried, { served, failed, ended: [...ended].map(([how, count]) => `${count} ${how}`).join(', ') })
  } catch (error) {
    tried.broken = `${step}: ${String((error as { all?: string }).all ?? error).slice(-600)}`
  }
  await pod('remove', 'local', id, '--force').catch(() => '')
  return tried
}
