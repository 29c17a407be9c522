// The one table of errors: what each code means on the wire, on HTTP and as an exit code of the CLI. It does not know
// who throws or who prints.
import { type Hint, hintText, readSteps, type Step, stepsOf } from './hint.ts'

/** `rpc`: the JSON-RPC error number. `http`: the status of an HTTP answer. `exit`: the exit code of `pod`. */
type ErrorRow = { readonly rpc: number; readonly http: number; readonly exit: 1 | 2 | 3 | 4 }

const table = {
  // Those of the standard.
  parse_error: { rpc: -32700, http: 400, exit: 1 },
  bad_request: { rpc: -32600, http: 400, exit: 1 },
  method_not_found: { rpc: -32601, http: 404, exit: 1 },
  bad_params: { rpc: -32602, http: 400, exit: 2 },
  internal: { rpc: -32603, http: 500, exit: 1 },
  // Rights and limits.
  unauthorized: { rpc: -32001, http: 401, exit: 4 },
  forbidden: { rpc: -32005, http: 403, exit: 4 },
  too_large: { rpc: -32002, http: 413, exit: 1 },
  no_space: { rpc: -32003, http: 507, exit: 1 },
  unsupported: { rpc: -32004, http: 501, exit: 1 },
  quota_exceeded: { rpc: -32006, http: 429, exit: 1 },
  // Hosts and pods.
  host_not_found: { rpc: -32010, http: 404, exit: 1 },
  host_gone: { rpc: -32011, http: 503, exit: 3 },
  host_exists: { rpc: -32018, http: 409, exit: 1 },
  bad_answer: { rpc: -32019, http: 502, exit: 1 },
  host_loop: { rpc: -32024, http: 508, exit: 1 },
  host_busy: { rpc: -32025, http: 503, exit: 1 },
  pod_not_found: { rpc: -32012, http: 404, exit: 1 },
  pod_exists: { rpc: -32060, http: 409, exit: 1 },
  pod_running: { rpc: -32013, http: 409, exit: 1 },
  port_taken: { rpc: -32061, http: 409, exit: 1 },
  route_taken: { rpc: -32062, http: 409, exit: 1 },
  old_epoch: { rpc: -32063, http: 409, exit: 1 },
  pod_not_up: { rpc: -32014, http: 409, exit: 1 },
  run_not_found: { rpc: -32015, http: 404, exit: 1 },
  state_broken: { rpc: -32016, http: 409, exit: 1 },
  save_failed: { rpc: -32017, http: 500, exit: 1 },
  bad_name: { rpc: -32020, http: 400, exit: 2 },
  bad_image: { rpc: -32021, http: 400, exit: 1 },
  bad_config: { rpc: -32022, http: 400, exit: 1 },
  bad_time: { rpc: -32023, http: 400, exit: 2 },
  // Outcomes of a verb.
  build_failed: { rpc: -32057, http: 422, exit: 1 },
  start_failed: { rpc: -32030, http: 500, exit: 1 },
  function_not_found: { rpc: -32031, http: 404, exit: 1 },
  call_failed: { rpc: -32032, http: 500, exit: 1 },
  timeout: { rpc: -32033, http: 504, exit: 1 },
  aborted: { rpc: -32034, http: 499, exit: 1 },
  upgrade_failed: { rpc: -32070, http: 409, exit: 1 },
  bad_interpreter: { rpc: -32035, http: 409, exit: 1 },
  run_active: { rpc: -32036, http: 409, exit: 1 },
  needs_cycle: { rpc: -32037, http: 409, exit: 1 },
  hook_not_found: { rpc: -32069, http: 404, exit: 1 },
  profile_not_found: { rpc: -32065, http: 404, exit: 1 },
  profile_in_use: { rpc: -32064, http: 409, exit: 1 },
  version_not_found: { rpc: -32039, http: 404, exit: 1 },
  bad_content_type: { rpc: -32038, http: 415, exit: 1 },
  // Work.
  queue_full: { rpc: -32080, http: 503, exit: 1 },
  item_not_found: { rpc: -32081, http: 404, exit: 1 },
  item_state: { rpc: -32082, http: 409, exit: 1 },
  item_failed: { rpc: -32083, http: 500, exit: 1 },
  // A fleet.
  fleet_unavailable: { rpc: -32090, http: 503, exit: 3 },
  outcome_unknown: { rpc: -32091, http: 504, exit: 1 },
  // Tokens.
  token_not_found: { rpc: -32050, http: 404, exit: 1 },
  token_exists: { rpc: -32051, http: 409, exit: 1 },
  // Used only by the CLI, or by a daemon that could not start.
  usage: { rpc: -32040, http: 400, exit: 2 },
  file_not_found: { rpc: -32041, http: 404, exit: 1 },
  bundle_failed: { rpc: -32042, http: 400, exit: 1 },
  remote_not_found: { rpc: -32043, http: 404, exit: 1 },
  remote_exists: { rpc: -32044, http: 409, exit: 1 },
  bad_address: { rpc: -32045, http: 400, exit: 2 },
  host_unreachable: { rpc: -32046, http: 503, exit: 3 },
  host_silent: { rpc: -32055, http: 504, exit: 3 },
  host_running: { rpc: -32047, http: 409, exit: 1 },
  port_in_use: { rpc: -32048, http: 409, exit: 1 },
  certificate_changed: { rpc: -32052, http: 502, exit: 1 },
  bad_certificate: { rpc: -32053, http: 500, exit: 1 },
  bad_settings: { rpc: -32049, http: 400, exit: 1 },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof table

export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = table

/** Facts that belong to an error, as fields: which pod, which run, which file. JSON values only. */
export type ErrorFacts = Readonly<Record<string, unknown>>

/**
 * The only error that p8a throws on purpose. Its `message` says what could not be done to what and why, without a final
 * period; `steps` say what to do about it.
 */
export class P8aError extends Error {
  override readonly name = 'P8aError'
  readonly code: ErrorCode
  readonly steps: readonly Step[]
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, message: string, options: { hint?: Hint; facts?: ErrorFacts; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
    this.code = code
    this.steps = stepsOf(options.hint)
    this.facts = options.facts ?? {}
  }

  /** The steps in words that fit any reader: a host is called REMOTE. Undefined if there are none. */
  get hint(): string | undefined {
    return hintText(this.steps)
  }
}

/** An error as it crosses the wire: the `error` member of a JSON-RPC answer. */
export type WireError = {
  code: number
  message: string
  data?: { code: string; hint?: string; steps?: readonly Step[] } & Record<string, unknown>
}

/** The wire form of an error. Anything that is not a {@link P8aError} is `internal` and shows no details. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof P8aError ? error : unexpected()
  return {
    code: errorTable[known.code].rpc,
    message: known.message,
    data: errorData(known),
  }
}

function unexpected(): P8aError {
  return new P8aError('internal', 'The host met an error that nobody expected', {
    hint: { text: 'See the host log', do: { verb: 'logs', options: { tag: 'bug' } } },
  })
}

/**
 * The members of an error beside its message, in their JSON form: facts, `code`, `hint`, and `steps` if one of them has
 * a command.
 */
export function errorData({ code, facts, hint, steps }: P8aError): NonNullable<WireError['data']> {
  const { hint: _, steps: _steps, ...told } = facts
  return {
    ...told,
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(steps.some(step => step.do) ? { steps } : {}),
  }
}

/** The error that a wire form stands for. A code that this version does not know becomes `internal` with its message kept. */
export function fromWireError(wire: WireError): P8aError {
  const { code, hint, steps, ...facts } = wire.data ?? { code: codeOfNumber(wire.code) }
  const known = typeof code === 'string' && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : 'internal'
  // Steps of a later version may have commands that this version does not know; the hint is text already.
  const told = readSteps(steps) ?? (typeof hint === 'string' ? hint : undefined)
  return new P8aError(known, typeof wire.message === 'string' ? wire.message : 'An error without a message', {
    ...(told === undefined ? {} : { hint: told }),
    facts,
  })
}

function codeOfNumber(rpc: number): string {
  return Object.entries(errorTable).find(([, row]) => row.rpc === rpc)?.[0] ?? 'internal'
}
