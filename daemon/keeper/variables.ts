// The environment variables in which a script finds its params and its run.
import { readAtBoot } from '../system/environment.ts'

/**
 * `--level 3` is `LEVEL=3`, and `P8A_PARAMS` has all of them as JSON, whatever their names. No param replaces a
 * variable that the system and programs use (`PATH`, `HOME`, `LD_…`); `--env` does.
 */
export function variablesOf(
  params: Record<string, string>,
  { run, name, storage }: { run: string; name: string; storage: string },
): Record<string, string> {
  const named = Object.entries(params).map(([key, value]) => [variableOf(key), value] as const)
  const free = named.filter(([key, value]) => isFree(key) && !value.includes('\0'))
  return {
    ...Object.fromEntries(free),
    P8A_PARAMS: JSON.stringify(params),
    P8A_RUN: run,
    P8A_NAME: name,
    P8A_STORAGE: storage,
  }
}

function variableOf(param: string): string {
  const plain = param.toUpperCase().replace(/[^A-Z0-9_]/g, '_')
  return /^\d/.test(plain) ? `_${plain}` : plain
}

const taken = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'IFS', 'ENV', 'BASH_ENV', 'PS4', 'SHELLOPTS']

function isFree(variable: string): boolean {
  return variable !== '' && !taken.includes(variable) && !variable.startsWith('P8A_') && !readAtBoot.test(variable)
}
