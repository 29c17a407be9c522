// The program in every pod's process: it says hello to the host, becomes the run it is told to be, and stays that
// whatever happens to the host.

import type { Status } from '../protocol/author.ts'
import { P8aError } from '../protocol/errors.ts'
import { type Assignment, type Hello, linkEnv, type ToHost, type ToShim, type Welcome } from '../protocol/link.ts'
import type { Peer } from '../protocol/peer.ts'
import { Neighbors } from './calls/neighbors.ts'
import { noteEnding } from './ending.ts'
import type { AskHost } from './host/hosts.ts'
import { Link } from './link.ts'
import { captureOutput } from './log/capture.ts'
import { LogFile } from './log/log-file.ts'
import { foldRawOutput } from './log/raw-output.ts'
import { Run } from './run.ts'
import { loadModules, replaceEnv } from './spare.ts'

/** How long a process that was never told what to run looks for its host. */
const unassignedPatienceMs = 60_000

main()

function main(): void {
  const { socket, isSpare, ...env } = takeLinkEnv()
  let { ticket } = env
  let run: Run | undefined
  let neighbors: Neighbors | undefined
  /** Until when a host is looked for while there is nothing to keep; a spare does not outlive its host. */
  let patientUntilMs = isSpare ? 0 : uptimeMs() + unassignedPatienceMs
  const link: Link = new Link({
    socket,
    handlers: {
      take: taken => {
        ticket = taken.ticket
        patientUntilMs = uptimeMs() + unassignedPatienceMs
        replaceEnv(taken.env)
        if (link.peer) sayHello(link.peer)
        return null
      },
      check: ({ timeoutMs }) => requireRun(run).check(timeoutMs),
      cleanup: async () => {
        await run?.cleanup()
        return null
      },
      call: ({ fn, args, ...options }) => requireRun(run).call(fn, args, options),
      cancel: ({ id }) => {
        run?.cancel(id)
        return null
      },
      admit: async admission => {
        if (!neighbors) throw nothingLoaded()
        return await neighbors.admit(admission)
      },
      moved: ({ name }) => {
        neighbors?.onMoved(name)
        return null
      },
      commands: () => requireRun(run).commands.names,
      command: asked => requireRun(run).commands.run(asked, () => link.peer),
      commandEnd: ({ id, message }) => {
        run?.commands.end(id, message)
        return null
      },
      handle: asked => requireRun(run).hosts.onHandle(asked),
      giveUp: asked => {
        run?.hosts.onGiveUp(asked)
        return null
      },
      more: ({ stream }) => requireRun(run).hosts.streams.more(stream),
      leave: ({ stream }) => {
        run?.hosts.streams.leave(stream)
        return null
      },
      changed: told => {
        run?.hosts.onChanged(told)
        return null
      },
    },
    shouldRedial: () => run !== undefined || uptimeMs() < patientUntilMs,
    onConnected: sayHello,
  })
  link.dial()

  async function sayHello(peer: Peer<ToHost, ToShim>): Promise<void> {
    const welcome = await greet(peer, helloOf(ticket, run))
    if (welcome?.do === 'end') endGroup()
    if (welcome?.do === 'wait') {
      await loadModules(welcome.modules)
      peer.notify('ready', {})
    }
    if (welcome?.do === 'go-on') {
      neighbors?.onLinked()
      run?.hosts.remount()
    }
    if (welcome?.do === 'run' && !run) ({ run, neighbors } = become(welcome.assignment, link))
  }
}

function takeLinkEnv(): { socket: string; ticket: string; isSpare: boolean } {
  const { [linkEnv.socket]: socket, [linkEnv.ticket]: ticket, [linkEnv.spare]: spare } = process.env
  for (const name of Object.values(linkEnv)) delete process.env[name]
  if (socket && ticket) return { socket, ticket, isSpare: spare !== undefined }
  process.stderr.write('This program is started by a p8a host, not by hand\n')
  process.exit(2)
}

function helloOf(ticket: string, run: Run | undefined): Hello {
  return { ticket, pid: process.pid, state: run?.state ?? 'empty', ...run?.said }
}

async function greet(peer: Peer<ToHost, ToShim>, hello: Hello): Promise<Welcome | undefined> {
  try {
    return await peer.request('hello', hello)
  } catch {
    // The host went away before it answered; the next connection says hello again.
    return undefined
  }
}

function become(assignment: Assignment, link: Link): { run: Run; neighbors: Neighbors } {
  const log = new LogFile(assignment.log)
  captureOutput(log)
  const fail = noteEnding(assignment.exitFile, foldRawOutput(log, assignment.log))
  process.title = `pod ${assignment.run}`
  process.argv.splice(1, process.argv.length, assignment.main)
  process.setSourceMapsEnabled(true)
  const neighbors = new Neighbors(
    link,
    {
      invoke: (fn, args, calling) => run.invoke(fn, args, calling),
      onDropped: (count, publisher) => run.onDropped(count, publisher),
    },
    assignment,
  )
  const events = {
    onReady: () => link.peer?.notify('ready', {}),
    onStatus: (said: { status: Status; text?: string }) => link.peer?.notify('status', said),
    askHost: (async (method, params) => {
      if (!link.peer) throw new P8aError('host_gone', `Cannot ask for ${method}: the host is gone`)
      return await link.peer.request(method, params)
    }) as AskHost,
    onCancel: (id: number) => link.peer?.notify('cancel', { id }),
  }
  const run: Run = new Run(assignment, events, neighbors)
  try {
    process.chdir(assignment.cwd)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'is not there' : `cannot be entered: ${message}`
    fail(new P8aError('start_failed', `Cannot start the pod: its working directory ${assignment.cwd} ${why}`))
  }
  run.start().catch(fail)
  return { run, neighbors }
}

/** Not `performance.now()`: to load that takes a millisecond. */
function uptimeMs(): number {
  return process.uptime() * 1000
}

function requireRun(run: Run | undefined): Run {
  if (!run) throw nothingLoaded()
  return run
}

function nothingLoaded(): P8aError {
  return new P8aError('pod_not_up', 'Nothing was loaded yet')
}

/** A host that does not know us has the last word: the whole group goes. */
function endGroup(): never {
  process.kill(-process.pid, 'SIGKILL')
  process.exit(1)
}
