// A line that a logger wrote as JSON (pino, bunyan, winston, those of Python and their like), as people read it: `WARN slow query ms=1204`.
// Pure. What is no such line is left alone.
import type { Style } from './output.ts'

export type LoggedLine = { level: string; style: Style; text: string }

/** Longer lines are shown as they are. */
const mostLength = 64 * 1024

/** What each entry of the log has anyway, or nobody asks for. */
const left = new Set(['time', 'timestamp', '@timestamp', 'ts', 'asctime', 'pid', 'hostname', 'v'])

/** The first of these that a line has; `event` is structlog's, `levelname` and `exc_info` are of Python's own logging, `log.level` of ECS. */
const levelFields = ['level', 'severity', 'levelname', 'log.level']
const messageFields = ['msg', 'message', 'event']
const stackFields = ['stack', 'exc_info', 'exception']

/** pino and bunyan have numbers. */
const levels: readonly (readonly [most: number, name: string, style: Style])[] = [
  [10, 'TRACE', 'dim'],
  [20, 'DEBUG', 'dim'],
  [30, 'INFO', 'green'],
  [40, 'WARN', 'yellow'],
  [50, 'ERROR', 'red'],
  [Number.POSITIVE_INFINITY, 'FATAL', 'red'],
]

/** @returns undefined if it is not an object with a level and a message */
export function loggedLine(line: string): LoggedLine | undefined {
  if (!line.startsWith('{') || !line.trimEnd().endsWith('}') || line.length > mostLength) return undefined
  const fields = objectIn(line)
  if (!fields) return undefined
  const isThere = (name: string) => fields[name] !== undefined && fields[name] !== null
  const [levelField = '', messageField = ''] = [levelFields.find(isThere), messageFields.find(isThere)]
  const level = levelOf(fields[levelField])
  const message = fields[messageField]
  if (!level || typeof message !== 'string') return undefined
  const rest = Object.entries(fields).filter(
    ([name]) => !left.has(name) && name !== levelField && name !== messageField,
  )
  const stacks: string[] = []
  const pairs = rest.flatMap(([name, value]) => {
    const { stack, ...others } = Object(value) as { stack?: unknown }
    if (stackFields.includes(name) && typeof value === 'string') stacks.push(value)
    else if (typeof stack !== 'string') return [`${name}=${shown(value)}`]
    else {
      stacks.push(stack)
      // The stack begins with these.
      const { message: _, type: __, name: ___, ...more } = others as Record<string, unknown>
      return Object.keys(more).length > 0 ? [`${name}=${shown(more)}`] : []
    }
    return []
  })
  const [, name, style] = level
  return { level: name, style, text: [[message, ...pairs].join(' '), ...stacks].join('\n') }
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line)
  } catch {
    // It only looked like JSON.
    return undefined
  }
}

function levelOf(level: unknown): (typeof levels)[number] | undefined {
  if (typeof level === 'number') return levels.find(([most]) => level <= most)
  if (typeof level !== 'string' || level.length > 20) return undefined
  const name = level.toUpperCase()
  return (
    levels.find(([, known]) => name.startsWith(known)) ?? [
      0,
      name,
      /^(ERR|CRIT|ALERT|EMERG)/.test(name) ? 'red' : 'cyan',
    ]
  )
}

/** A text without spaces needs no quotes. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"={}]+$/.test(value) ? value : JSON.stringify(value)
}
