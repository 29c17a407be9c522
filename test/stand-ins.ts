// What the pages let a person type: `pod`, and programs of the machine, with small ones of our own where it has none.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { podProgram, root } from './paths.ts'
import { isOnPath } from './programs.ts'

/** Whether the machine's own program will do. */
const willDo: Record<string, (path: string) => boolean> = {
  curl: path => isOnPath('curl', path),
  nc: path => isOnPath('nc', path) && knowsUnixSockets(path),
}

/**
 * Makes a folder `bin` in `dir` with `pod`, and with what the pages use and the machine has not.
 * @param path the PATH so far
 * @returns the PATH for a shell that does what a page says
 */
export function pathForPages(dir: string, path: string): string {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  symlinkSync(podProgram, join(bin, 'pod'))
  for (const [name, will] of Object.entries(willDo)) {
    if (!will(path)) symlinkSync(join(root, 'test/fixtures/bin', name), join(bin, name))
  }
  return [bin, path].join(delimiter)
}

/** Netcat comes in several makes, of which one knows both `-N` and `-U`. */
function knowsUnixSockets(path: string): boolean {
  // It tells its options on stdout or on stderr, and ends with 0 or not, by its make.
  const help = execFileSync('sh', ['-c', 'nc -h 2>&1 </dev/null; true'], { env: { PATH: path }, encoding: 'utf8' })
  return /-\w*N/.test(help) && /-\w*U/.test(help)
}
