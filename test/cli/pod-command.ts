// Runs the real `pod` command from its sources, in a directory of its own.
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs `pod` with `args`; config and data are in `dir`. Resolves when it has ended. */
export async function pod(dir: string, ...args: string[]): Promise<Ended> {
  const { P8A_TOKEN: _token, ...env } = process.env
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    env: { ...env, XDG_CONFIG_HOME: dir, P8A_DATA: dir, NO_COLOR: '1' },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
  })
  return { code: exitCode ?? null, stdout, stderr }
}
