// What an app of PM2 starts, as a pod of a manifest says it: a file of a folder, or a command line.
import { existsSync } from 'node:fs'
import { extname, isAbsolute, relative, resolve } from 'node:path'
import { shellWord } from '../say/shell-word.ts'
import type { Draft } from './imported.ts'
import { pathFrom } from './path-from.ts'
import { type App, wordsOf } from './pm2-keys.ts'
import { programLine } from './program-line.ts'

/** What runs files of these kinds, as PM2 has it. */
const interpreters: Readonly<Record<string, string>> = {
  '.sh': 'bash',
  '.py': 'python3',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
  '.coffee': 'coffee',
  '.ls': 'lsc',
}

/**
 * @param options.from folder of the ecosystem file @param options.to folder of the manifest
 * @returns what is wrong, if nothing can be started
 */
export function programOf(app: App, pod: Draft, { from, to }: { from: string; to: string }): string | undefined {
  const folder = resolve(from, String(app.cwd ?? '.'))
  pod.push = pathFrom(to, folder)
  // In place, as under PM2.
  pod.link = true
  const script = app.script
  if (typeof script !== 'string' || script === '') return 'it has no script'
  if (script === 'serve' && servedBy(app, pod, folder)) return undefined
  const args = wordsOf(app.args)
  const file = resolve(folder, script)
  const path = relative(folder, file)
  const isFile = existsSync(file)
  // PM2 gives such a text to a shell.
  if (!isFile && /\s/.test(script)) {
    pod.command = [script, ...args.map(shellWord)].join(' ')
    return undefined
  }
  // What is built later may not be there yet; a word alone is looked up in PATH.
  const isPath = isFile || /[/\\]|\.[cm]?[jt]s$/.test(script)
  const interpreter = String(app.exec_interpreter ?? (isPath ? (interpreters[extname(file)] ?? 'node') : 'none'))
  const isInside = !path.startsWith('..') && !isAbsolute(path)
  if (/(^|\/)node(@.*)?$/.test(interpreter) && isPath && isInside) {
    pod.entry = path
    if (args.length > 0) pod.args = args
    return undefined
  }
  const flags = interpreter === 'none' ? [] : wordsOf(app.node_args)
  const program = !isPath ? script : interpreter === 'none' ? (isInside ? `./${path}` : file) : isInside ? path : file
  const words = interpreter === 'none' ? [program] : [interpreter.replace(/@.*$/, ''), ...flags, program]
  pod.command = programLine([...words, ...args].map(shellWord).join(' '))
  return undefined
}

/** `script: 'serve'` with `PM2_SERVE_PATH` is the server for files that comes with PM2. */
function servedBy(app: App, pod: Draft, folder: string): boolean {
  const env = (app.env ?? {}) as Record<string, unknown>
  const { PM2_SERVE_PATH: dir, PM2_SERVE_PORT: port, PM2_SERVE_SPA: spa } = env
  if (dir === undefined && port === undefined) return false
  delete pod.link
  pod.push = 'p8a:serve'
  pod.params = {
    dir: resolve(folder, String(dir ?? '.')),
    port: String(port ?? 8080),
    host: '0.0.0.0',
    ...(String(spa) === 'true' && { spa: 'true' }),
  }
  return true
}
