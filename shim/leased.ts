// Ends this run once its lease is over: by its own event loop, which looks first when the process was stopped and goes on; and by a thread,
// which the code of the run cannot hold up.
import type { Lease } from '../protocol/lease.ts'
import { endGroup } from './end-group.ts'
import { watchLease } from './lease.ts'

const { writeSync } = process.getBuiltinModule('node:fs')

export function liveBy(lease: Lease): void {
  const { look } = watchLease(lease, endForLease)
  process.on('SIGCONT', look)
  beginThread(lease)
}

/** By the descriptor, as its log is: nothing that is written otherwise would be there before the end. */
export function endForLease(): never {
  try {
    writeSync(2, 'p8a: its lease is over: it was ended\n')
  } catch {
    // Whatever becomes of the line, it has to end.
  }
  endGroup()
}

function beginThread(lease: Lease): void {
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  try {
    // What the pod asks of its own Node is not for this thread.
    const options = { workerData: lease, execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: 16 } }
    const thread = new Worker(threadFile(), options)
    thread.unref()
    thread.on('error', error => process.stderr.write(`p8a: nobody looks at its lease while it is busy: ${error}\n`))
  } catch {
    // Node's permission model lets it begin no thread: then its event loop alone looks.
  }
}

/** Beside the built program, or among the sources. */
function threadFile(): string {
  return `${import.meta.dirname}/lease-thread.${import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs'}`
}
