// The epoch of a pod: a number that grows with each sleep and wake, so that whoever decides by what they knew before is refused. Only
// pods that somebody has put to sleep or woken with an epoch have one.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { writeEpoch } from '../store/epoch-file.ts'
import type { Seams } from '../system/seams.ts'
import type { PodSupervisor } from './supervisor.ts'

type Needs = Pick<Seams, 'paths' | 'log'>

/** The last write of each: the number that is written is the newest. */
const writing = new WeakMap<PodSupervisor, Promise<void>>()

/**
 * Somebody acts in this epoch, and nobody in an older one from now on, whatever becomes of the host.
 * @throws {P8aError} `old_epoch`, `no_space`, `save_failed`
 */
export async function enterEpoch(needs: Needs, supervisor: PodSupervisor, epoch: number | undefined): Promise<void> {
  if (epoch === undefined) return
  const { name, epoch: last } = supervisor
  if (epoch < last) {
    throw new P8aError('old_epoch', `Pod ${quote(name)} is in epoch ${last}: epoch ${epoch} is over`, {
      hint: 'Others have put it to sleep or woken it meanwhile: look at its status, and decide again',
      facts: { pod: name, epoch: last },
    })
  }
  if (epoch === last) return
  supervisor.enterEpoch(epoch)
  await write(needs, supervisor)
}

/** The host itself puts it to sleep, or wakes it. */
export function nextEpoch(needs: Needs, supervisor: PodSupervisor): void {
  if (supervisor.epoch === 0) return
  supervisor.enterEpoch(supervisor.epoch + 1)
  write(needs, supervisor).catch(error => needs.log.error('files', error.message, { pod: supervisor.name }))
}

async function write({ paths }: Needs, supervisor: PodSupervisor): Promise<void> {
  const before = writing.get(supervisor)
  const written = (async () => {
    await before?.catch(() => {})
    await writeEpoch(paths.pod(supervisor.name), supervisor.epoch)
  })()
  writing.set(supervisor, written)
  await written
}
