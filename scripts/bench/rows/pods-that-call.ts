// Two pods, of which one calls the other, as the rows about calls need them.
import type { App } from '../adapters/manager.ts'
import type { Session } from '../session.ts'

type CallIn = (fn: string, ...args: unknown[]) => Promise<unknown>

/** How long any measurement may take. */
const timeoutMs = 300_000

/** Has the pods up while `work` is under way, which calls functions of the one that calls. */
export async function callBetween(
  session: Session,
  { scale }: { scale: number },
  work: (call: CallIn, scale: (runs: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { manager } = session
  const pods: App[] = [session.app('called.mjs', 'called'), session.app('caller.mjs', 'caller')]
  await manager.up(pods)
  const connection = await manager.connect?.()
  if (!connection) throw new Error('It has no connection that stays open')
  try {
    for (const pod of pods) await connection.start(pod)
    const scaleTo = (runs: number) => connection.scale('called', runs)
    await scaleTo(scale)
    await work((fn, ...args) => connection.call('caller', fn, { args, timeoutMs }), scaleTo)
  } finally {
    connection.close()
  }
}
