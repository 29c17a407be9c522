// pod shell: a prompt on a host, or on one pod of it; with a script on stdin, its lines are run one by one.
import { checkName } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import { findRemote } from '../remote/remotes.ts'
import { Session } from '../remote/session.ts'
import { printErr, printOut } from '../say/print.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { completeLine } from '../shell/completer.ts'
import { Plain } from '../shell/plain.ts'
import { Script } from '../shell/script.ts'
import { Shell, type ShellOptions } from '../shell/shell.ts'
import { Terminal } from '../shell/terminal.ts'
import { exitWord } from '../shell/verbs.ts'

/** How long a script waits for a host that is gone. A person may wait as long as they like. */
const scriptPatienceMs = 30_000

type Opened = Omit<ShellOptions, 'session' | 'input'>

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  if (name !== undefined) checkName(name)
  const opened: Opened = { place: { remote, name }, context }
  if (process.stdin.isTTY && context.output.isTerminal) return await talk(opened, terminalOf)
  return options.has('interactive') ? await talk(opened, plainOf) : await runScript(opened)
}

/** Runs a script until a line fails. @returns the exit code of that line */
async function runScript({ place, context }: Opened): Promise<number> {
  const never = new AbortController().signal
  const remote = findRemote(place.remote, context.dataDir)
  const session = await Session.open({
    remote,
    reach: context,
    tell: printErr,
    patienceMs: scriptPatienceMs,
    signal: never,
  })
  const input = new Script(process.stdin)
  const shell = new Shell({ place, session, context, input })
  try {
    for (;;) {
      const line = await input.line()
      if (line === undefined || line.trim() === exitWord) return 0
      const code = await shell.run(line, never)
      if (code !== 0) return code
    }
  } finally {
    session.close()
    process.stdin.destroy()
  }
}

/** The two kinds of prompt. */
type Person = Terminal | Plain
type PersonOf = (opened: Omit<ShellOptions, 'input'>) => Person

const terminalOf: PersonOf = opened => new Terminal(line => completeLine(line, opened))
const plainOf: PersonOf = () => new Plain()

async function talk({ place, context }: Opened, personOf: PersonOf): Promise<number> {
  const left = new AbortController()
  const remote = findRemote(place.remote, context.dataDir)
  const session = await Session.open({ remote, reach: context, tell: printOut, signal: left.signal })
  const person = personOf({ place, session, context })
  person.left.signal.addEventListener('abort', () => left.abort())
  session.onLost = () => {
    // A command that is under way says so first, by failing.
    if (person.onInterrupt) return
    void person.aside(() => session.connected().catch(() => {}))
  }
  const shell = new Shell({ place, session, context, input: person })
  try {
    for (;;) {
      await session.connected()
      person.prompt = `${[place.remote, place.name].filter(Boolean).join(' ')}> `
      const line = await person.line()
      if (line === undefined || line.trim() === exitWord) return 0
      const running = new AbortController()
      person.onInterrupt = () => running.abort()
      await shell.run(line, AbortSignal.any([running.signal, left.signal]))
      person.onInterrupt = undefined
    }
  } catch (error) {
    if (left.signal.aborted) return 0
    await report(error, context.output)
    return exitCodeOf(error)
  } finally {
    person.close()
    session.close()
  }
}
