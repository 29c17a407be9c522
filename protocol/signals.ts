// Names and numbers of signals, with the real-time signals that Node has no names for, and how Linux says that a process
// ends. It knows no process: whoever reads gives the text, and the signals that Node knows.

/** Signals by name: `os.constants.signals`. */
type Known = Readonly<Record<string, number>>

/** How a process has ended: one of the two. */
export type Ending = { code: number | null; signal: string | null }

/** The first real-time signal that programs may use: the C library keeps two for itself. */
const firstRealTime = 34

/** `SIGTERM`, `SIGRTMIN+6`. */
function signalName(number: number, known: Known): string {
  const name = Object.keys(known).find(name => known[name] === number)
  if (name !== undefined) return name
  if (number === firstRealTime) return 'SIGRTMIN'
  return number > firstRealTime ? `SIGRTMIN+${number - firstRealTime}` : `SIG${number}`
}

/** The number of a signal; undefined if there is none of that name. */
export function signalNumber(name: string, known: Known): number | undefined {
  if (Object.hasOwn(known, name)) return known[name]
  const [, base, plus] = /^SIG(RTMIN)?\+?(\d*)$/.exec(name) ?? []
  if (base === undefined) return plus ? Number(plus) : undefined
  return firstRealTime + Number(plus)
}

/**
 * How a process that is just ending ends: the last field of its `/proc/<pid>/stat`, as for `wait`. Undefined if it does
 * not say, or says 0: that may also mean that the process goes on.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function endingOf(stat: string, known: Known): Ending | undefined {
  const status = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[49])
  return status > 0 ? endingOfStatus(status, known) : undefined
}

/** What `wait` tells of a process that has ended. @param status as `wait` has it, for a code or a signal */
export function endingOfStatus(status: number, known: Known): Ending {
  const signal = status & 0x7f
  return signal === 0 ? { code: status >> 8, signal: null } : { code: null, signal: signalName(signal, known) }
}
