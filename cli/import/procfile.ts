// A Procfile (Heroku, Foreman, Dokku) as pods of a manifest: a command line for each kind of process.
import { parseVariables } from '../../protocol/env-lines.ts'
import type { Draft, Imported, Note } from './imported.ts'
import { podName } from './pod-names.ts'

/** The ports that Foreman gives: each kind of process gets the next hundred. */
const ports = { first: 5000, step: 100 }

/**
 * The kinds of processes, with the command line of each.
 * @param onOther hears of a line that is none, which is passed over then @returns undefined if the text is no Procfile
 */
export function processesIn(text: string, onOther: (line: string) => void): Map<string, string> | undefined {
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#.*)?$/.test(line)) continue
    const [, kind, command] = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/.exec(line) ?? []
    if (kind !== undefined && command !== undefined) found.set(kind, command)
    else onOther(line.trim())
  }
  return found.size > 0 ? found : undefined
}

/** @param options.env what a `.env` beside it says, which Foreman reads @returns undefined if the text is no Procfile */
export function importProcfile(text: string, { env }: { env?: string | undefined }): Imported | undefined {
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  const processes = processesIn(text, line =>
    notes.push({ of: '', key: line, lost: 'it is not NAME: COMMAND; Foreman passes over it too' }),
  )
  if (!processes) return undefined
  const given = env === undefined ? Number.NaN : Number(parseVariables(env).variables.PORT)
  for (const [kind, command] of processes) {
    if (kind === 'release') {
      notes.push({ of: '', key: kind, lost: `run it before pod up: ${command}` })
      continue
    }
    const port = (given > 0 ? given : ports.first) + pods.size * ports.step
    const name = podName(kind, { taken: new Set(pods.keys()), notes })
    // With the port of the .env alone, all of them would have the same.
    const listens = kind === 'web' || given > 0 || /\$\{?PORT\b/.test(command)
    pods.set(name, {
      push: '.',
      command,
      ...(env !== undefined && { envFile: '.env' }),
      ...(listens && { env: { PORT: String(port) } }),
    })
    notes.push({ of: name, key: kind, became: 'command' })
    if (listens) notes.push({ of: name, key: 'PORT', became: `env.PORT: ${port}, as Foreman counts` })
  }
  if (env !== undefined && pods.size > 0) notes.push({ of: '', key: '.env', became: 'envFile' })
  return pods.size > 0 ? { pods, notes } : undefined
}
