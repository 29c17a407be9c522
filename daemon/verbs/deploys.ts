// What is begun, reloaded and rolled back of a service is noted, with what came of it. A note that cannot be saved keeps
// no verb from being done.
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { DeployInfo } from '../../protocol/words-version.ts'
import { readDeploys, writeDeploys } from '../store/deploys-file.ts'
import { timeText } from '../system/clock.ts'
import { Turns } from '../system/turns.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import type { Site } from './verb.ts'

/** The file of one pod is changed by one at a time. */
const turns = new Turns()

/** `waits`: whether the verb is answered only when it is known what came of it. */
type Begun = { kind: DeployInfo['kind']; by: string; waits: boolean }

/** Does `work`, and notes it where it is a deploy. @throws what `work` throws */
export async function noted<T extends PodStatus>(
  { seams }: Pick<Site, 'seams'>,
  supervisor: PodSupervisor,
  { kind, by, waits }: Begun,
  work: () => Promise<T>,
): Promise<T> {
  if (!supervisor.keeping.isDeployed) return await work()
  const version = () => supervisor.inForce?.desired.version ?? 0
  const from = version()
  const beganMs = seams.clock.nowMs()
  const note = { kind, ...(from > 0 && { from }), at: timeText(seams.clock), by }
  const file = seams.paths.pod(supervisor.name).deploys
  const add = async (outcome: Pick<DeployInfo, 'outcome' | 'why' | 'to'>) => {
    const tookMs = Math.round(seams.clock.nowMs() - beganMs)
    await turns
      .take(file, async () => {
        const before = await readDeploys(file)
        const number = (before.at(-1)?.number ?? 0) + 1
        const all = [...before, { number, ...note, ...outcome, tookMs }]
        await writeDeploys(file, all.slice(-seams.settings.keepDeploys))
      })
      .catch(error => seams.log.warn('files', (error as Error).message, { pod: supervisor.name }))
  }
  try {
    const status = await work()
    const to = supervisor.inForce?.desired.reload?.version ?? status.version
    await add(waits ? { outcome: 'ok', to } : { outcome: 'unknown', to, why: 'nobody waited for it' })
    return status
  } catch (error) {
    // One that was refused has begun nothing.
    if (error instanceof P8aError && error.code === 'start_failed')
      await add({ outcome: 'failed', to: version(), why: error.message })
    throw error
  }
}

/** Oldest first. @throws {P8aError} `state_broken` */
export async function deploysOf({ seams }: Pick<Site, 'seams'>, name: string): Promise<DeployInfo[]> {
  return await readDeploys(seams.paths.pod(name).deploys)
}
