// Runs a page as it stands: all that it lets a person type, in one shell, whose output is what the page prints. To start Node would
// take most of the time of a `pod` command: a process that is up does them. README.md has its own `pod`, each in a process.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { execa } from 'execa'
import * as assert from 'uvu/assert'
import { type Result, TestHost, withSpares } from '../e2e/harness.ts'
import { endPodProcesses, podCommand } from '../e2e/pod-command.ts'
import { root } from '../paths.ts'
import { pathForPages } from '../stand-ins.ts'

export const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** A fenced block of a page. */
export type Block = { language: string; text: string }

export function blocksOf(page: string): Block[] {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  return blocks.map(([, language = '', text = '']) => ({ language, text }))
}

/** Spaces as one, so that a page may align its columns in its own way. */
const squeeze = (line: string) => line.trim().replace(/\s+/g, ' ')

/** Whether an output is what a page prints: "…" stands for anything in a line, alone for any number of lines. */
function matches(actual: string, printed: string): boolean {
  const lines = printed.split('\n').map(squeeze).filter(Boolean)
  const pattern = lines.map(line => (line === '…' ? '(?:.*\n)*?' : `${line.split('…').map(literally).join('.*')}\n`))
  const text = actual.split('\n').map(squeeze).filter(Boolean)
  return new RegExp(`^${pattern.join('')}$`).test(text.map(line => `${line}\n`).join(''))
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Runs all shell blocks of a page in one shell, in order, and compares what they print with the text blocks behind them. */
export async function runPage(
  page: string,
  options: { host: TestHost; cwd: string; replace?: [from: string, to: string][] },
) {
  const { host, cwd, replace = [] } = options
  const blocks = blocksOf(replace.reduce((text, [from, to]) => text.replaceAll(from, to), page))
  const commands = blocks.filter(({ language }) => language === 'sh')
  const mark = '----- the next block -----'
  const script = commands.map(({ text }) => `${text}echo '${mark}'\n`).join('')
  const input = `set -e\nshopt -s expand_aliases\n${podOfShell}${script}`
  const env = { ...host.env, PATH: pathForPages(host.dir, host.env.PATH ?? '') }
  const { code, stdout, stderr } = await runShell({ input, env, cwd })
  const outputs = stdout.split(`${mark}\n`)
  for (const [index, command] of commands.entries()) {
    const next = blocks[blocks.indexOf(command) + 1]
    const output = outputs[index] ?? ''
    if (next?.language !== 'text' || index >= outputs.length) continue
    assert.ok(matches(output, next.text), `${command.text}\nprinted\n${output}\nand not\n${next.text}\n${stderr}`)
  }
  assert.is(code, 0, `${stdout}\n${stderr}`)
  assert.is(outputs.length, commands.length + 1)
}

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

async function runShell({
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
    input,
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

/** The blocks of code that are files, each written where its first line says. */
export function writePods(page: string, cwd: string): void {
  for (const { language, text } of blocksOf(page)) {
    if (language !== 'js' && language !== 'ts') continue
    const file = /^\/\/ (\S+)\n/.exec(text)?.[1]
    assert.ok(file, `a first line names its file:\n${text}`)
    writeFileSync(join(cwd, file), text)
  }
}

/** Gives `work` a host that is up, and a folder for what its page writes. */
export async function onHost(work: (at: { host: TestHost; cwd: string }) => Promise<void>): Promise<void> {
  const host = new TestHost(withSpares)
  try {
    await host.up()
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    await work({ host, cwd })
  } finally {
    await endPodProcesses()
    await host.dispose()
  }
}
