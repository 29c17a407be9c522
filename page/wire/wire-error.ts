// An error as the host tells it.

export class WireError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }

  /** Reads the member `error` of an answer. */
  static of(error: unknown): WireError {
    const { message, data } = Object(error) as { message?: unknown; data?: { code?: unknown; hint?: unknown } }
    const { code, hint } = Object(data) as { code?: unknown; hint?: unknown }
    return new WireError(
      typeof code === 'string' ? code : 'internal',
      typeof message === 'string' ? message : 'The host answered with an error',
      typeof hint === 'string' ? hint : undefined,
    )
  }
}
