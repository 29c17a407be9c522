// Makes every manager do once what the rows ask of it, before anything counts: Node's compile cache and the disk's are then as
// on a machine that is in use.
import { join } from 'node:path'
import type { Kind } from './adapters/manager.ts'
import type { Options } from './options.ts'
import { type Failure, failureOf } from './results.ts'
import { Session } from './session.ts'

/** @returns which of them could not even do that */
export async function warmUp(kinds: readonly Kind[], dir: string, options: Options): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const kind of kinds.filter(({ among }) => among === undefined)) {
    const session = new Session(join(dir, `warm-up-${kind.id}`), kind, options)
    const { manager } = session
    try {
      const app = await session.httpApp()
      await manager.up([app])
      await session.timeUp(app, () => manager.start(app))
      await manager.list()
      await manager.stop(app)
      await session.gone(app)
    } catch (error) {
      failures.push(failureOf('warm-up', kind.title, error))
    } finally {
      await session.end()
    }
  }
  return failures
}
