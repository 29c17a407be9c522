// The output of one service: a pipe for each stream, which a process empties into the stream's raw file, and the log
// that these files are folded into, with the time of the writing.
import { chownSync, closeSync, openSync } from 'node:fs'
import type { StreamName } from '../../protocol/cri.ts'
import type { Owner } from '../../protocol/keeper.ts'
import { childPipe, type LogAssignment } from '../../protocol/run-log.ts'
import { LogFile } from '../log/log-file.ts'
import { type Folding, foldRawOutput } from '../log/raw-output.ts'
import { foldedSoFar, rotationsOf } from '../log/raw-resume.ts'
import { Drain } from './drain.ts'
import type { Pipes } from './pipes.ts'

/** How long to wait for the last output, if a process that left the service's group still holds the pipe. */
const lingerMs = 300
const streams = ['stdout', 'stderr'] as const

export class ServiceOutput {
  #drains: Record<StreamName, Drain>
  #log: LogFile
  #folding: Folding

  /** Makes the files and pipes of a service that is about to begin. */
  static begin(files: LogAssignment, { pipes, owner }: { pipes: Pipes; owner?: Owner | undefined }): ServiceOutput {
    for (const stream of streams) {
      closeSync(openSync(files.raw[stream], 'a', 0o600))
      pipes.make(childPipe(files.raw[stream]))
      if (owner) chownSync(childPipe(files.raw[stream]), owner.uid, owner.gid)
    }
    const drains = { stdout: Drain.begin(files.raw.stdout), stderr: Drain.begin(files.raw.stderr) }
    const output = new ServiceOutput(files, { drains, from: { stdout: 0, stderr: 0 }, rotations: 0 })
    if (output.reads.length === 0) output.#empty()
    return output
  }

  /** Takes up the files and pipes of a keeper that is gone. @throws the system's error where they cannot be read now */
  static takeUp(files: LogAssignment): ServiceOutput {
    const [from, rotations] = [foldedSoFar(files), rotationsOf(files.file)]
    const drains = { stdout: Drain.takeUp(files.raw.stdout), stderr: Drain.takeUp(files.raw.stderr) }
    return new ServiceOutput(files, { drains, from, rotations })
  }

  private constructor(
    files: LogAssignment,
    {
      drains,
      from,
      rotations,
    }: { drains: Record<StreamName, Drain>; from: Record<StreamName, number>; rotations: number },
  ) {
    this.#drains = drains
    this.#log = new LogFile({ ...files, rotations })
    this.#folding = foldRawOutput(this.#log, files, from)
    this.#folding.expect()
  }

  /** The ends that the service writes to, as descriptors, until {@link begun}. */
  get writes(): [stdout: number, stderr: number] {
    return [this.#drains.stdout.write, this.#drains.stderr.write]
  }

  /** The ends that are read, for the service to hold. */
  get reads(): number[] {
    return streams.flatMap(stream => this.#drains[stream].read ?? [])
  }

  /** The service has its ends. If it holds those that are read, it need not wait for the processes that empty its pipes. */
  begun(): void {
    if (this.reads.length > 0) this.#empty()
    for (const stream of streams) this.#drains[stream].closeWrite()
  }

  #empty(): void {
    for (const stream of streams) this.#drains[stream].empty()
  }

  /** Brings the last output into the log, and lets go of all. */
  async finish(): Promise<void> {
    await Promise.all(streams.map(stream => this.#drains[stream].ended(lingerMs)))
    this.#folding.foldAll()
    this.close()
  }

  close(): void {
    this.#folding.close()
    this.#log.settle()
    this.#log.close()
    // Last: a host folds what is left once nobody reads from the pipes.
    for (const stream of streams) this.#drains[stream].close()
  }
}
