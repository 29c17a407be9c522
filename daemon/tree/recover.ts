// Reads the records of a pod's runs that an earlier host left, and lets the pod take over what they tell.
import { readRecords } from '../store/run-record.ts'
import { isPassing } from '../store/state-file.ts'
import type { Seams } from '../system/seams.ts'
import type { PodSupervisor } from './supervisor.ts'

/** @throws {P8aError} `state_broken` where the system does not let one be read: nobody knows what runs then */
export async function recoverPod(pod: PodSupervisor, seams: Seams): Promise<void> {
  const records = await readRecords(pod.name, seams.paths.pod(pod.name), error => {
    if (isPassing(error)) throw error
    seams.log.error('adopt', error.message, { pod: pod.name, ...error.facts })
  })
  await pod.recover(records)
}

/** As {@link recoverPod}, of a pod whose files can be read only now: what is over may lead to something. */
export async function recoverEndsOf(pod: PodSupervisor, seams: Seams): Promise<void> {
  // What is broken was told of when the pod was loaded.
  await pod.recoverEnds(await readRecords(pod.name, seams.paths.pod(pod.name), () => {}))
}
