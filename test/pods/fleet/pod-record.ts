// A pod of a fleet as it is written, where nothing of it matters but what a test says.
import type { PodRecord } from '../../../pods/fleet/records.ts'

export const podRecord: PodRecord = {
  ...{
    v: 1,
    name: 'web',
    images: [],
    want: 'up',
    turn: 1,
    how: 'restart',
    version: 1,
    params: {},
    config: {},
    scale: 1,
  },
  ...{ tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: {}, holder: '', waits: '' },
}
