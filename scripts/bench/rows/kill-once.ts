// Kills an app's process and waits for the next one to be up.
import type { App } from '../adapters/manager.ts'
import type { Ring } from '../bell.ts'
import { nowMs } from '../clock.ts'
import type { Session } from '../session.ts'

/** @returns what the process says that came in its place */
export async function killOnce(session: Session, app: App, pid: number): Promise<Ring> {
  const sinceMs = nowMs()
  process.kill(pid, 'SIGKILL')
  return await session.bell.ring(app.name, 'up', { sinceMs })
}

/** The same for the least supervisor there is: this very process. @returns from SIGKILL to up, in milliseconds */
export async function respawnBare({ bare, bell }: Session, app: App): Promise<number> {
  const sinceMs = nowMs()
  await bare.stopAll()
  bare.start(app)
  return (await bell.ring(app.name, 'up', { sinceMs })).atMs - sinceMs
}
