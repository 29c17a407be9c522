// `pod.command`: finds a run of a pod, and lets a command of its shell talk with the client.
import { randomUUID } from 'node:crypto'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Dialog } from '../pod/dialog.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Place } from '../tree/place.ts'
import { findCallee } from './callee.ts'
import type { Caller } from './verb.ts'

/**
 * Runs a command in the least busy run that is up, or in the run that `name` names, as `web.7`. It may take as long as
 * it likes: the client can cancel it.
 * @param caller.openDialog undefined where the transport cannot carry a dialog
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`; `unsupported`, `function_not_found`, `call_failed`, `aborted`
 */
export async function command(
  { pods }: Place,
  { name, argv }: MethodParams<'pod.command'>,
  { openDialog }: Caller<'pod.command'>,
): Promise<MethodResults['pod.command']> {
  if (!openDialog) {
    throw new P8aError('unsupported', 'Cannot run a command here: it must be able to send and to ask meanwhile', {
      hint: 'Use the socket or the TCP port, and a request with an id',
    })
  }
  const { live, peer, run } = findCallee(pods, name)
  const dialog = openDialog()
  const id = randomUUID()
  live.dialogs.set(id, dialog)
  dialog.ended.catch(error => {
    if (live.dialogs.has(id)) peer.notify('commandEnd', { id, message: error.message })
  })
  try {
    return { value: await Promise.race([peer.request('command', { id, argv }), dialog.ended]), run }
  } catch (error) {
    throw explained(error, argv[0] ?? '', run)
  } finally {
    live.dialogs.delete(id)
    dialog.end('The command is over')
  }
}

/**
 * The dialog of a command that a run has under way.
 * @throws {P8aError} `aborted`
 */
export function dialogOf(live: LiveRun | undefined, id: string): Dialog {
  const dialog = live?.dialogs.get(id)
  if (dialog) return dialog
  throw new P8aError('aborted', 'Nobody waits for that command any more')
}

function explained(error: unknown, name: string, run: string): unknown {
  if (!(error instanceof P8aError) || error.code !== 'pod_not_up') return error
  return new P8aError('pod_not_up', `The command ${quote(name)} is not over: ${run} ended before`, {
    hint: { text: 'See why', do: { verb: 'logs', args: [run] } },
    facts: { run },
    cause: error,
  })
}
