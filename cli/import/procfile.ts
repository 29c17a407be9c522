// A Procfile (Heroku, Foreman, Dokku) as pods of a manifest: a command line for each kind of process.
import type { Draft, Imported, Note } from './imported.ts'
import { podName } from './pod-names.ts'

/** @param options.hasEnv whether a `.env` lies beside it, which Foreman reads @returns undefined if the text is no Procfile */
export function importProcfile(text: string, { hasEnv }: { hasEnv: boolean }): Imported | undefined {
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#.*)?$/.test(line)) continue
    const [, kind, command] = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/.exec(line) ?? []
    if (kind === undefined || command === undefined) return undefined
    if (kind === 'release') {
      notes.push({ of: '', key: kind, lost: `run it before pod up: ${command}` })
      continue
    }
    const name = podName(kind, { taken: new Set(pods.keys()), notes })
    pods.set(name, { push: '.', command, ...(hasEnv && { envFile: '.env' }) })
    notes.push({ of: name, key: kind, became: 'command' })
    if (/\$\{?PORT\b/.test(command))
      notes.push({ of: name, key: 'PORT', lost: 'no port is chosen for a pod: write it into env' })
  }
  if (hasEnv && pods.size > 0) notes.push({ of: '', key: '.env', became: 'envFile' })
  return pods.size > 0 ? { pods, notes } : undefined
}
