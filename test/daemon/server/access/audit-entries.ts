// Entries of the audit log for tests, and a folder for it.
import type { AuditEntry } from '../../../../protocol/words-host.ts'
import { scratch } from '../../../scratch.ts'

export const entry = (nth: number, path = ''): AuditEntry => ({
  time: '2026-11-20T10:00:00.000Z',
  who: 'ci',
  from: '192.0.2.1',
  verb: 'pod.start',
  path,
  pod: `pod-${nth}`,
  outcome: 'ok',
})

export const pods = (entries: AuditEntry[]) => entries.map(({ pod }) => pod)

/** Does `work` with the path of an audit log in a folder of its own. */
export async function inDir(work: (file: string, dir: string) => Promise<void>): Promise<void> {
  using at = scratch()
  await work(at.path('audit.log'), at.dir)
}
