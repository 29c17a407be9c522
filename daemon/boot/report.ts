// What a daemon reports about its start: that it is ready and where, or why it could not start.
import { errorData, errorTable, P8aError } from '../../protocol/errors.ts'

type Ready = {
  version: string
  pid: number
  dataDir: string
  addresses: string[]
  reachableAt?: string[]
  shellAddress?: string
  fingerprint?: string
  warnings: string[]
}

export function reportReady(ready: Ready, { json }: { json: boolean }): void {
  const { version, pid, dataDir, addresses, reachableAt = [], shellAddress, fingerprint, warnings } = ready
  const lines = [
    `p8a ${version} is up as process ${pid}`,
    `  data     ${dataDir}`,
    ...addresses.map(at => `  address  ${at}`),
    ...reachableAt.map(at => `  reached  ${at}`),
    ...(shellAddress === undefined
      ? []
      : [`  shell    ${shellAddress}, by TLS: openssl s_client -quiet -connect ${shellAddress}`]),
    ...(fingerprint === undefined ? [] : [`  SHA-256  ${fingerprint}`]),
  ]
  if (!json) for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
  process.stdout.write(`${json ? JSON.stringify(ready) : lines.join('\n')}\n`)
}

/** Says on a terminal where Ctrl-C ended the host: a person may expect that its pods have ended too. */
export function reportLeft({ runs, why }: { runs: number; why: string }, { json }: { json: boolean }): void {
  if (json || why !== 'SIGINT' || runs === 0) return
  const processes = runs === 1 ? '1 process of its pods goes on' : `${runs} processes of its pods go on`
  process.stderr.write(
    `The host has stopped; ${processes}. pod host start takes them up again; to stop them: pod host start --detach && pod host stop --pods\n`,
  )
}

/** Prints the error and its hint on stderr. @returns the exit code */
export function reportStartError(error: unknown, { json }: { json: boolean }): number {
  const known = error instanceof P8aError ? error : unexpected(error)
  const { code, message, hint } = known
  const lines = [`error: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])]
  process.stderr.write(`${json ? JSON.stringify({ error: { ...errorData(known), message } }) : lines.join('\n')}\n`)
  return errorTable[code].exit
}

function unexpected(error: unknown): P8aError {
  const { code, message, stack } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException
  // An error of the system has a code and a good message. Anything else is a bug, and its stack matters.
  if (code === undefined) return new P8aError('internal', `The host could not start: ${stack}`, { cause: error })
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new P8aError(isFull ? 'no_space' : 'state_broken', `The host could not start: ${message}`, {
    hint: isFull ? 'Free some space and start it again' : 'Check the rights on the data directory, and its disk',
    facts: { system: code },
    cause: error,
  })
}
