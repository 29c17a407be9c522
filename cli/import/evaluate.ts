// Runs a config file of PM2 in a process of its own, for a limited time, and returns what it exports.
import { pathToFileURL } from 'node:url'
import { P8aError } from '../../protocol/errors.ts'
import { environmentWith } from '../environment.ts'

/**
 * `fd` 3 has the answer, since the file may print. PM2 takes a `.json` as JavaScript, with comments.
 */
const program = `
const { readFileSync, writeSync } = require('node:fs')
const [url, how] = process.argv.slice(1)
const load = async () => {
  if (how !== 'json') {
    const { default: whole, ...rest } = await import(url)
    return whole ?? rest
  }
  return require('node:vm').runInThisContext('(' + readFileSync(new URL(url), 'utf8') + '\\n)', { filename: new URL(url).pathname })
}
const say = value => {
  const bytes = Buffer.from(JSON.stringify(value))
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at)
}
load().then(value => say({ value }), error => say({ error: String((error && error.message) || error) })).finally(() => process.exit(0))
`

/** @throws {P8aError} `bad_config` with what went wrong, `timeout` */
export async function evaluate(file: string, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
  const { execa } = await import('execa')
  const how = file.endsWith('.json') ? 'json' : 'module'
  const { stdio, timedOut, stderr, failed, exitCode } = await execa(
    process.execPath,
    ['--no-warnings', '--eval', program, '--', pathToFileURL(file).href, how],
    {
      env: environmentWith({}),
      extendEnv: false,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      reject: false,
    },
  )
  if (timedOut)
    throw new P8aError(
      'timeout',
      `Cannot read ${JSON.stringify(file)}: running it took longer than ${timeoutMs / 1000} s`,
      {
        hint: 'A config file has to end; give it more time with --timeout',
        facts: { file },
      },
    )
  const said = parsed(stdio[3])
  if (said && 'value' in said) return said.value
  const why = said?.error ?? (stderr.trim().split('\n').at(-1) || `it ended with code ${failed ? exitCode : 0}`)
  throw new P8aError('bad_config', `Cannot read ${JSON.stringify(file)}: ${why}`, {
    hint: /^Cannot find (?:module|package) '[^./]/.test(why)
      ? 'It needs a package: install those of its folder first (npm install)'
      : 'The file is run by Node; see what it does there',
    facts: { file },
  })
}

function parsed(text: unknown): { value?: unknown; error?: string } | undefined {
  try {
    return JSON.parse(String(text))
  } catch {
    // It ended before it said anything, or exports what is no JSON.
    return undefined
  }
}
