// Runs that were given up before their keeper could say that it has begun them: it leaves a note beside each, by which a process that
// nobody else knows of is found and ended.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BegunNote, begunFile } from '../../protocol/keeper.ts'
import { runId } from '../../protocol/names.ts'
import { runPaths } from '../system/paths.ts'
import type { Identity } from '../system/process.ts'
import { removeFile } from '../system/remove-file.ts'
import type { Seams } from '../system/seams.ts'
import { readBegun, readBegunNote } from './exit-note.ts'
import type { LiveRun } from './live-run.ts'
import { mayBeThere } from './may-be-there.ts'

type Needs = Pick<Seams, 'paths' | 'processes' | 'log'>

/** Removes the note of a run that has ended, and ends what was begun after it was given up. @param exit its exit file */
export async function forgetBegun(live: LiveRun, exit: string, { processes }: Pick<Needs, 'processes'>): Promise<void> {
  const begun = live.identity ? undefined : await readBegun(exit).catch(() => undefined)
  if (begun) await processes.signalGroup(begun, 'SIGKILL').catch(() => false)
  // What cannot be read now is looked at again: see endGivenUp.
  if (begun || live.identity) await removeFile(begunFile(exit)).catch(() => {})
}

/**
 * Ends what was begun after it was given up, by a keeper that hung and was killed before it could say so.
 * @param options.isKnown whether a run of that number is not over; so is each, once the host leaves them alone
 */
export async function endGivenUp(
  pod: string,
  { isKnown, ...needs }: Needs & { isKnown(number: number): boolean },
): Promise<void> {
  const { runs } = needs.paths.pod(pod)
  for (const file of await readdir(runs).catch(() => [])) {
    const number = Number(/^(\d+)\.begun$/.exec(file)?.[1] ?? Number.NaN)
    if (Number.isNaN(number)) continue
    const run = runId(pod, number)
    try {
      const begun = await readBegunNote(runPaths(needs.paths.pod(pod), number).exit)
      if (!begun || isKnown(number)) continue
      // A keeper that hangs may yet begin it.
      if (begun.pid === 0 && (await mayBeThere(begun.keeper, needs))) continue
      const { signalGroup, signal } = needs.processes
      for (const one of begun.pid > 0 ? [begun] : await unnoted(begun, { pod, run, ...needs })) {
        // What that process had begun, where it has ended itself, leads no group.
        const wasThere = (await signalGroup(one, 'SIGKILL')) || (await signal(one, 'SIGKILL'))
        if (wasThere) needs.log.warn('run', 'it was given up, and ran', { pod, run, pid: one.pid })
      }
      await removeFile(join(runs, file))
    } catch (error) {
      // It is looked at again when the next run has ended.
      needs.log.error('run', 'one that was given up could not be ended', { pod, run, err: error })
    }
  }
}

/** What a keeper that was killed just as it had begun it could not note any more: it has the mark of the run. */
async function unnoted(
  { keeper }: BegunNote,
  { pod, run, paths, processes }: Pick<Needs, 'paths' | 'processes'> & { pod: string; run: string },
): Promise<Identity[]> {
  const mark = { run, storage: paths.pod(pod).storage }
  return await processes.heirs({ since: keeper.startTime, mark })
}
