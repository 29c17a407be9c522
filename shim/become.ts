// Makes this process the run that its host assigns: its log, its folder, its title, and then the pod's code.

import { P8aError } from '../protocol/errors.ts'
import type { Assignment } from '../protocol/link.ts'
import type { Status } from '../protocol/words.ts'
import { hostLine } from './calls/host-line.ts'
import { Neighbors } from './calls/neighbors.ts'
import { noteEnding } from './ending.ts'
import type { AskRoot } from './host/ask-root.ts'
import { releaseOnSignal } from './leaving.ts'
import type { Link } from './link/link.ts'
import { captureOutput } from './log/capture.ts'
import { pipeChildren } from './log/child-output.ts'
import { LogFile } from './log/log-file.ts'
import { foldRawOutput } from './log/raw-output.ts'
import { shareOwnPorts } from './port/own-ports.ts'
import type { Ports } from './port/ports.ts'
import { Run } from './run.ts'
import type { Became } from './self.ts'

/** An error from now on ends the process, with a note that says so. */
export function become(assignment: Assignment, link: Link): Became {
  const log = new LogFile(assignment.log)
  const folding = foldRawOutput(log, assignment.log)
  captureOutput(log, folding.expect)
  pipeChildren(assignment.log.raw, folding.expect)
  const fail = noteEnding(assignment.exitFile, {
    beforeExit: () => {
      log.settle()
      folding.foldAll()
    },
    isLoading: () => became.run.state === 'starting',
  })
  process.title = `pod ${assignment.run}`
  process.argv.splice(1, process.argv.length, assignment.main)
  process.setSourceMapsEnabled(true)
  const became: Became = { ...makeRun(assignment, link, folding.onAwake), log }
  try {
    process.chdir(assignment.cwd)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be entered: ${message}`
    fail(new P8aError('start_failed', `Cannot start the pod: its working directory ${assignment.cwd} ${why}`))
  }
  begin(became, assignment).catch(fail)
  return became
}

/** A pod that has ports is not loaded before they are there. What few pods have is loaded where it is needed. */
async function begin({ run, neighbors }: Became, { lease, ports, door, ...own }: Assignment): Promise<void> {
  if (lease) (await import('./leased.ts')).liveBy(lease)
  if (door !== undefined) void neighbors.expectCalls(door)
  shareOwnPorts(own)
  if (ports) run.serve(await portsOf(ports))
  await run.start()
}

async function portsOf(ports: NonNullable<Assignment['ports']>): Promise<Ports> {
  const { inheritedSockets } = await import('./port/inherited.ts')
  const { Ports } = await import('./port/ports.ts')
  return new Ports(ports, await inheritedSockets(ports))
}

function makeRun(assignment: Assignment, link: Link, onCheck: () => void): Omit<Became, 'log'> {
  const neighbors = new Neighbors(
    link,
    {
      invoke: (fn, args, calling) => run.functions.invoke(fn, args, calling),
      onDropped: (count, publisher) => run.onDropped(count, publisher),
    },
    assignment,
  )
  const events = {
    onReady: () => link.peer?.notify('ready', {}),
    onStatus: (said: { status: Status; text?: string }) => link.peer?.notify('status', said),
    onCheck,
    root: rootOn(link),
    line: hostLine(link),
  }
  const keep = { hold: () => link.hold(), release: () => link.release() }
  releaseOnSignal(keep)
  const run: Run = new Run(assignment, { ...events, keep }, neighbors)
  return { run, neighbors }
}

function rootOn(link: Link): AskRoot {
  const peerFor = (method: string) => {
    if (link.peer) return link.peer
    throw new P8aError('host_gone', `Cannot ask for ${method}: the host is gone`)
  }
  return {
    ask: async (method, params, options) => await peerFor(method).request(method, params, options),
    open: async (method, params, options) => await peerFor(method).open(method, params, options),
  }
}
