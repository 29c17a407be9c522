// What an app of PM2 starts, as a pod of a manifest says it: a file of a folder, or a command line.
import { existsSync } from 'node:fs'
import { extname, isAbsolute, relative, resolve } from 'node:path'
import { shellWord } from '../say/shell-word.ts'
import type { Draft } from './imported.ts'
import { type App, wordsOf } from './pm2-keys.ts'

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
  pod.push = within(to, folder)
  // In place, as under PM2.
  pod.link = true
  const script = app.script
  if (typeof script !== 'string' || script === '') return 'it has no script'
  const args = wordsOf(app.args)
  const file = resolve(folder, script)
  const path = relative(folder, file)
  const isFile = existsSync(file)
  const interpreter = String(app.exec_interpreter ?? (isFile ? (interpreters[extname(file)] ?? 'node') : 'none'))
  const isInside = !path.startsWith('..') && !isAbsolute(path)
  if (/(^|\/)node$/.test(interpreter) && isFile && isInside) {
    pod.entry = path
    if (args.length > 0) pod.args = args
    return undefined
  }
  const flags = interpreter === 'none' ? [] : wordsOf(app.node_args)
  // A program that is looked up in PATH stays as it is.
  const program = !isFile ? script : interpreter === 'none' ? (isInside ? `./${path}` : file) : isInside ? path : file
  const words = interpreter === 'none' ? [program] : [interpreter.replace(/@.*$/, ''), ...flags, program]
  pod.command = [...words, ...args].map(shellWord).join(' ')
  return undefined
}

/** A path as a manifest in the folder `to` has it. */
function within(to: string, folder: string): string {
  const path = relative(to, folder)
  return path === '' ? '.' : path.startsWith('..') ? path : `./${path}`
}
