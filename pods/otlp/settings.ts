// What `pod start local otlp --NAME VALUE` sets. What it does not set is what the variables of OpenTelemetry say.
import { durationMs } from 'p8a/values'

export type Settings = {
  /** Without the path of a signal. */
  endpoint: string
  /** Undefined: those of the variables of OpenTelemetry. */
  headers: Record<string, string> | undefined
  /** How often metrics are sent. */
  intervalMs: number
  /** How long the receiver may take to answer. */
  timeoutMs: number
  logs: boolean
  metrics: boolean
}

const usualEndpoint = 'http://localhost:4318'
const names = ['endpoint', 'headers', 'interval', 'answerTimeout', 'logs', 'metrics']
/** As long as a timer may run. */
const mostMs = 2 ** 31 - 1

/** @throws {Error} naming the setting, and what it may be */
export function settingsOf(
  params: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const unknown = Object.keys(params).find(name => !names.includes(name))
  if (unknown !== undefined) throw new Error(`There is no setting ${unknown}: use ${names.join(', ')}`)
  const endpoint = params.endpoint || env.OTEL_EXPORTER_OTLP_ENDPOINT || usualEndpoint
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new Error(`endpoint is ${JSON.stringify(endpoint)}, which is no URL such as ${usualEndpoint}`)
  const settings = {
    endpoint,
    headers: params.headers ? headersOf(params.headers) : undefined,
    intervalMs: timeOf('interval', params.interval ?? '30s'),
    timeoutMs: timeOf('answerTimeout', params.answerTimeout ?? '10s'),
    logs: flagOf('logs', params.logs),
    metrics: flagOf('metrics', params.metrics),
  }
  if (!settings.logs && !settings.metrics) throw new Error('logs and metrics are both off, so there is nothing to send')
  return settings
}

/** Where a signal is posted: `http://localhost:4318/v1/logs`. */
export function signalUrl(endpoint: string, signal: 'logs' | 'metrics'): string {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`
  return url.href
}

function timeOf(name: string, text: string): number {
  const value = durationMs(text, mostMs)
  if (value !== undefined && value >= 100) return value
  throw new Error(`${name} is ${JSON.stringify(text)}, which is no time such as 10s or 1m, of 100 ms to 24 days`)
}

function flagOf(name: string, text = 'on'): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Error(`${name} is ${JSON.stringify(text)}: it may be on, off`)
}

/** `name=value,name=value`, as `OTEL_EXPORTER_OTLP_HEADERS` has them. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').map(part => {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(0, at)).trim()
    // The value may be a secret.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new Error('headers are written NAME=VALUE, with commas between them')
    return [name, part.slice(at + 1).trim()] as const
  })
  return Object.fromEntries(pairs)
}
