// Runs a page as it stands: all that it lets a person type, in one shell, whose output is what the page prints. README.md has a
// `pod` of its own, a process each time.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { TestHost, withSpares } from '../e2e/harness.ts'
import { endPodProcesses } from '../e2e/pod-command.ts'
import { runShell } from '../e2e/pod-shell.ts'
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
  const input = `set -e\nshopt -s expand_aliases\n${script}`
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
