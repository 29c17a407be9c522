// Why a host was not started in the background, as an error. It starts nothing and connects to nothing.
import { fromWireError, P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { hostOutputFile } from './data-dir.ts'

export function alreadyRuns({ pid, dataDir, addresses }: HostInfo): P8aError {
  return new P8aError('host_running', `Cannot start a host in ${dataDir}: one is running there, pid ${pid}`, {
    hint: [{ text: `It answers at ${addresses.join(' and ')}` }, { text: 'to end it', do: { verb: 'host stop' } }],
    facts: { pid, dataDir },
  })
}

export function notSpawned(dataDir: string, cause: unknown): P8aError {
  return new P8aError('save_failed', `Cannot start a host in ${dataDir}: ${(cause as Error).message}`, {
    hint: { text: 'Check that directory, or name another one', do: { verb: 'host start', options: { data: 'DIR' } } },
    facts: { dataDir },
    cause,
  })
}

/** How a daemon ended before it answered, and all of its output. */
export type Ended = { exitCode: number | null; signal: string | null; output: string }

/**
 * The error that the daemon printed, as JSON, in the last line of its output; without one, the error that it ended at
 * once.
 */
export function endedAtOnce(dataDir: string, { output, ...end }: Ended): P8aError {
  const text = output.trimEnd()
  return (
    errorIn(text) ??
    new P8aError('start_failed', `Cannot start a host in ${dataDir}: it ended at once`, {
      ...(text === '' ? {} : { hint: `It said: ${text.slice(-1000)}` }),
      facts: { dataDir, ...end, output: text.slice(-10_000) },
    })
  )
}

function errorIn(text: string): P8aError | undefined {
  try {
    const { message, ...data } = JSON.parse(text.split('\n').at(-1) ?? '').error
    return fromWireError({ code: 0, message, data })
  } catch {
    // The line is something else, or there is none.
    return undefined
  }
}

export function tooSlow(dataDir: string, { pid, mostMs }: { pid: number | undefined; mostMs: number }): P8aError {
  return new P8aError('timeout', `The new host (pid ${pid}) has not answered within ${mostMs / 1000} s`, {
    hint: [
      { text: `It may still be starting; its output is in ${hostOutputFile(dataDir)}` },
      { text: 'to see whether it is up', do: { verb: 'host status' } },
    ],
    facts: { pid, dataDir },
  })
}
