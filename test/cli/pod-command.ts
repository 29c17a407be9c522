// Runs the real `pod` command from its sources, in a directory of its own.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs `pod` with `args`; config and data are in `dir`. Resolves when it has ended. */
export async function pod(dir: string, ...args: string[]): Promise<Ended> {
  const { P8A_TOKEN: _token, ...env } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env, XDG_CONFIG_HOME: dir, P8A_DATA: dir, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, stdout, stderr }
}
