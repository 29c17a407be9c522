// Gives children of a pod a pipe in the place of the pod's own stdout or stderr.
import type { StreamName } from '../../protocol/cri.ts'
import { childPipe } from '../../protocol/run-log.ts'
import { ChildPipe } from './child-pipe.ts'
import { passStdio } from './children.ts'

/**
 * @param raw the files behind the pod's stdout and stderr
 * @param onChild called before each child that will write there
 */
export function pipeChildren(raw: Record<StreamName, string>, onChild: () => void): void {
  const [stdout, stderr] = [raw.stdout, raw.stderr].map(file => new ChildPipe({ file: childPipe(file), raw: file }))
  const pipes = [undefined, stdout, stderr]
  passStdio(stdio => {
    const entries = stdio === 'inherit' ? ['inherit', 'inherit', 'inherit'] : stdio
    if (!Array.isArray(entries)) return stdio
    return entries.map((entry: unknown, fd) => {
      const pipe = fd === 0 ? undefined : pipes[ownDescriptor(entry, fd) ?? 0]
      if (pipe === undefined) return entry
      onChild()
      return pipe.write ?? entry
    })
  })
}

/** Which of the pod's own descriptors a child gets as its descriptor `fd`: given as a number, or as a stream. */
function ownDescriptor(entry: unknown, fd: number): number | undefined {
  if (entry === 'inherit') return fd
  if (typeof entry === 'number') return entry
  return typeof entry === 'object' && entry !== null ? (entry as { fd?: number }).fd : undefined
}
