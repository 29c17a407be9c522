// The directories by which s6 and runit, as daemontools before them, know a service: `run`, `down`, `log/run`.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from './manager.ts'

/** Makes the directory of an app that is known, and not started. */
export function writeService(scan: string, app: App, logger: string): void {
  const dir = join(scan, app.name)
  mkdirSync(join(dir, 'log/main'), { recursive: true })
  const settings = Object.entries(app.settings).map(([name, value]) => `${name}='${value}'`)
  writeFileSync(join(dir, 'down'), '')
  program(join(dir, 'run'), `exec 2>&1\nexec env ${settings.join(' ')} ${app.program ?? process.execPath} ${app.file}`)
  program(join(dir, 'log/run'), `exec ${logger}`)
}

/** From now on it is started with its supervisor. */
export function enableService(scan: string, app: App): void {
  rmSync(join(scan, app.name, 'down'), { force: true })
}

function program(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}
