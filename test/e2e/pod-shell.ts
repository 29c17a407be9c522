// A shell whose `pod` is a process that is up (pod-command.ts): to start Node would take most of the time of each command.
import type { Duplex } from 'node:stream'
import { execa } from 'execa'
import type { Result } from './harness.ts'
import { podCommand } from './pod-command.ts'

/**
 * `pod` in the shell, one at a time: its directory, arguments and environment go out by descriptor 3, and what the command printed
 * and its code come back, each with a NUL behind it. `pod shell` reads what it is given, and is a process.
 */
const podOfShell = `pod() {
  if [ "$1" = shell ]; then command pod "$@" 3>&-; return; fi
  local out err code
  { printf '%s\\0' "$PWD" "$#" "$@"; env -0; printf '\\0'; } >&3
  IFS= read -r -d '' -u 3 out; IFS= read -r -d '' -u 3 err; IFS= read -r -d '' -u 3 code
  printf %s "$out"; printf %s "$err" >&2
  return "$code"
}
`

/** @param options.input what is typed */
export async function runShell({
  input,
  env,
  cwd,
}: {
  input: string
  env: Record<string, string>
  cwd: string
}): Promise<Result> {
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe'] as const
  const running = execa('bash', ['-s'], {
    env,
    extendEnv: false,
    cwd,
    input: podOfShell + input,
    stdio,
    reject: false,
    stripFinalNewline: false,
  })
  const asking = running.stdio[3] as Duplex
  let asked = ''
  asking.setEncoding('utf8').on('data', async text => {
    asked += text
    if (!isWhole(asked)) return
    const [at = '', count = '', ...rest] = asked.split('\0')
    asked = ''
    const [args, variables] = [rest.slice(0, Number(count)), rest.slice(Number(count), -2)]
    const order = { args, env: Object.fromEntries(variables.map(variableOf)), cwd: at, isSteady: true }
    const { code, stdout, stderr } = await podCommand(order)
    asking.write(`${stdout}\0${stderr}\0${code ?? 1}\0`)
  })
  const { exitCode, stdout, stderr } = await running
  return { code: exitCode ?? null, stdout, stderr }
}

/** An argument may be empty; a variable is not, and there is at least one. */
function isWhole(asked: string): boolean {
  const [, count, ...rest] = asked.split('\0')
  return asked.endsWith('\0\0') && rest.length > Number(count) + 2
}

function variableOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}
