// How many files a program may open that is started from where `pod` was: Node has raised that limit for itself, and so
// for all that it starts. Some programs cannot have many: they use select(), or close every number there could be.
import { readFileSync } from 'node:fs'

/** The soft limit of whoever started this process; undefined if that is not known, or Node has raised nothing. */
export function softFiles(): number | undefined {
  const [own, parent] = [limitsOf('self'), limitsOf(String(process.ppid))]
  // A parent with another hard limit gave its child limits of its own, as systemd does.
  if (!own || !parent || own.hard !== parent.hard || parent.soft >= own.soft) return undefined
  return parent.soft
}

function limitsOf(process: string): { soft: number; hard: string } | undefined {
  try {
    const limits = readFileSync(`/proc/${process}/limits`, 'latin1')
    const [, soft, hard] = /^Max open files\s+(\d+)\s+(\S+)/m.exec(limits) ?? []
    return soft === undefined || hard === undefined ? undefined : { soft: Number(soft), hard }
  } catch {
    // There is no such file on this system, or the parent is gone.
    return undefined
  }
}
