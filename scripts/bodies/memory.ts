// How much memory a process takes while something is under way.
import { readFileSync } from 'node:fs'

const lookMs = 50

/** `moreMB`: the most that it has taken beyond what it had at first, in megabytes. */
export function watchMemory(pid: number): { end: () => void; readonly moreMB: number } {
  const before = megabytesOf(pid)
  let most = before
  const look = () => {
    most = Math.max(most, megabytesOf(pid))
  }
  const timer = setInterval(look, lookMs)
  const end = () => {
    clearInterval(timer)
    look()
  }
  return {
    end,
    get moreMB() {
      return most - before
    },
  }
}

function megabytesOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
