// The log line format of Kubernetes' CRI, which fluent-bit, vector, filebeat and promtail read as it is:
// `2026-11-20T10:00:00.123456789Z stdout F text`. `P` marks a part of a line that continues, `F` its end.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md

export type StreamName = 'stdout' | 'stderr'

/** One line of a log file, or a part of one. */
export type CriLine = {
  /** RFC 3339 in UTC with nine digits: comparing two as text compares their times. */
  time: string
  stream: StreamName
  /** False if the line continues in the next one of the same stream. */
  full: boolean
  text: string
}

/** Where the parts of the head of a line begin, in bytes, and how many bytes it has. Both streams' names have six letters. */
export const nanosecondsAt = 23
export const streamAt = 31
export const flagAt = 38
export const headBytes = 40

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) (stdout|stderr) ([FP]) /

/** Reads one line; undefined if it is not one: torn by a crash, or not ours. */
export function parseCriLine(line: string): CriLine | undefined {
  const match = pattern.exec(line)
  if (!match) return undefined
  return {
    time: match[1] as string,
    stream: match[2] as StreamName,
    full: match[3] === 'F',
    text: line.slice(match[0].length),
  }
}

/** A time as log files and queries have it: nine digits. `ms` may have a fraction. */
export function logTime(ms: number): string {
  const whole = Math.floor(ms)
  const nanoseconds = Math.floor((ms - whole) * 1e6)
  return `${new Date(whole).toISOString().slice(0, -1)}${String(nanoseconds).padStart(6, '0')}Z`
}

/** The longest text of one part; a longer line is written as several. The same as containerd's default. */
export const maxPartLength = 16 * 1024

/**
 * Formats what a stream wrote as log lines, each with its newline: whole lines as `F`, a rest without newline as `P`,
 * so that a run's last words are kept even without a line end.
 * @param text what was written, as UTF-16 or as bytes in latin1
 */
export function formatCri(text: string, head: { time: string; stream: StreamName }): string {
  const full = `${head.time} ${head.stream} F `
  const part = `${head.time} ${head.stream} P `
  let out = ''
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    while (end - start > maxPartLength) {
      const cut = partEnd(text, start)
      out += `${part}${text.slice(start, cut)}\n`
      start = cut
    }
    if (newline === -1) {
      out += `${part}${text.slice(start)}\n`
      break
    }
    out += `${full}${text.slice(start, newline)}\n`
    start = newline + 1
  }
  return out
}

/** Where a part of a long line may end without cutting a character, whether `text` is UTF-16 or bytes in latin1. */
function partEnd(text: string, start: number): number {
  const most = start + maxPartLength
  // A character has at most four bytes; a longer sequence is not one.
  for (let end = most; end > most - 4; end--) if (!isInsideCharacter(text.charCodeAt(end))) return end
  return most
}

function isInsideCharacter(unit: number): boolean {
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff
  const isUtf8Continuation = unit >= 0x80 && unit <= 0xbf
  return isLowSurrogate || isUtf8Continuation
}
