// Whether a process is there, or cannot be seen now.
import type { Seams } from '../system/seams.ts'

export async function mayBeThere(
  { pid, startTime }: { pid: number; startTime: string | undefined },
  { processes }: Pick<Seams, 'processes'>,
): Promise<boolean> {
  const now = await processes.identify(pid).catch(() => ({ startTime }))
  return now !== undefined && now.startTime === startTime
}
