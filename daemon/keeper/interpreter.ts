// The command line of a script, and whether its interpreter exists.
import { access, constants, open, stat } from 'node:fs/promises'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'

/** The kernel reads no more of a `#!` line. */
const lineBytes = 256

/**
 * The command that runs the script `file` with `args`. A script that has no `#!` line and is not a program is run by
 * the shell.
 * @param path where `env` looks for programs
 * @throws {P8aError} `bad_interpreter`, naming it; `start_failed` if the script cannot be read
 */
export async function commandOf(
  file: string,
  { name, args, path }: { name: string; args: readonly string[]; path: string },
): Promise<[string, ...string[]]> {
  const head = await readHead(file).catch(cause => {
    throw new P8aError(
      'start_failed',
      `Cannot start pod ${quote(name)}: the host cannot read its script: ${cause.message}`,
      {
        hint:
          cause.code === 'ENOENT'
            ? 'Push it again'
            : "Try again; if it fails again, check the rights and the health of the host's disk",
        facts: { pod: name },
        cause,
      },
    )
  })
  if (isProgram(head)) return [file, ...args]
  const line = /^#!([^\n]*)/.exec(head.toString('latin1'))?.[1]
  if (line === undefined) return ['/bin/sh', file, ...args]
  const [interpreter = '', ...words] = line.trimStart().split(/[ \t]+/)
  await check(interpreter, name)
  const wanted = basename(interpreter) === 'env' ? wantedOfEnv(words) : undefined
  if (wanted !== undefined && !(await findIn(path, wanted))) throw missing(name, wanted, `it is not in PATH (${path})`)
  return [file, ...args]
}

/** Whether the kernel runs `content` by itself, or by a `#!` line. */
export function isRunnable(content: Buffer): boolean {
  return content.subarray(0, 2).toString('latin1') === '#!' || isProgram(content)
}

/** ELF, and the forms of Mach-O. */
function isProgram(head: Buffer): boolean {
  const magic = head.subarray(0, 4).toString('hex')
  return ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe'].includes(magic)
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(lineBytes), 0, lineBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function check(interpreter: string, name: string): Promise<void> {
  if (!isAbsolute(interpreter)) throw missing(name, interpreter, 'it is not an absolute path')
  const [found, mayExecute] = await Promise.all([stat(interpreter).catch(() => undefined), isExecutable(interpreter)])
  if (!found) throw missing(name, interpreter, 'there is no such file')
  if (!found.isFile()) throw missing(name, interpreter, 'it is not a file')
  if (!mayExecute) throw missing(name, interpreter, 'the host may not execute it')
}

/**
 * The program that `env` has to find: after its options and variables; unknown if there are options that take a word.
 */
function wantedOfEnv(words: readonly string[]): string | undefined {
  if (words.some(word => /^-[^-S]*[uCP]|^--(unset|chdir|argv0)/.test(word))) return undefined
  const word = words.find(word => word !== '' && !word.startsWith('-') && !word.includes('='))
  return word === undefined || word.includes('/') ? undefined : word
}

async function findIn(path: string, program: string): Promise<boolean> {
  for (const dir of path.split(delimiter)) {
    const file = join(dir === '' ? '.' : dir, program)
    if (await isExecutable(file)) return true
  }
  return false
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function missing(pod: string, interpreter: string, why: string): P8aError {
  return new P8aError(
    'bad_interpreter',
    `Cannot start pod ${quote(pod)}: its interpreter ${quote(interpreter)}: ${why}`,
    {
      hint: interpreter.includes('\r')
        ? 'Its #! line ends in a carriage return; save it with Unix line ends, and push it again'
        : "Install it on the host's machine, or name another interpreter in the #! line and push it again",
      facts: { pod, interpreter },
    },
  )
}
