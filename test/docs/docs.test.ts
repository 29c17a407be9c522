// The pages are held to what they say: the examples of README.md and docs/PODS.md are run as they stand, lists of files,
// settings and keys are complete, links lead somewhere. docs/PROTOCOL.md has a test of its own, test/e2e/wire.test.ts.
// Not tested: the prose, and the two commands at the top of README.md, which are the demo and this very test run.
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podKeys } from '../../cli/project/manifest.ts'
import { inspectImage } from '../../daemon/image/inspect.ts'
import { desiredSchema } from '../../daemon/store/desired.ts'
import { checkEntries, configSchema } from '../../protocol/config.ts'
import { defaultSettings } from '../../protocol/settings.ts'
import { foldersIn } from '../../scripts/source/design.ts'
import { foldersOf, parts, sourceFiles } from '../../scripts/source/files.ts'
import { headOf } from '../../scripts/source/head.ts'
import { TestHost } from '../e2e/harness.ts'
import { freePort } from '../free-port.ts'
import { root } from '../paths.ts'
import { pathForPages } from '../stand-ins.ts'

const test = suite('docs')

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** A fenced block of a page. */
type Block = { language: string; text: string }

function blocksOf(page: string): Block[] {
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
async function runPage(page: string, options: { host: TestHost; cwd: string; replace?: [from: string, to: string][] }) {
  const { host, cwd, replace = [] } = options
  const blocks = blocksOf(replace.reduce((text, [from, to]) => text.replaceAll(from, to), page))
  const commands = blocks.filter(({ language }) => language === 'sh')
  const mark = '----- the next block -----'
  const script = commands.map(({ text }) => `${text}echo '${mark}'\n`).join('')
  const input = `set -e\nshopt -s expand_aliases\n${script}`
  const env = { PATH: pathForPages(host.dir, host.env.PATH ?? '') }
  const { code, stdout, stderr } = await host.run('bash', ['-s'], { env, cwd, input })
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

test('every line of the tour in README.md works as typed; only the ports are others', async () => {
  const host = new TestHost()
  try {
    const [port, webPort] = [String(await freePort()), String(await freePort())]
    const replace: [string, string][] = [
      ['pod host start --detach', `pod host start --detach --port ${port}`],
      ['localhost:3000', `localhost:${port}`],
      ['8080', webPort],
    ]
    await runPage(read('README.md'), { host, cwd: root, replace })
  } finally {
    await host.dispose()
  }
})

test('the pods in README.md are pods', () => {
  const pods = blocksOf(read('README.md')).filter(({ language }) => language === 'js')
  assert.ok(pods.length > 0)
  for (const { text } of pods) assert.not.throws(() => inspectImage(text, { file: 'README.md' }))
})

test('every example of docs/PODS.md does what the page says', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const page = read('docs/PODS.md')
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    writePods(page, cwd)
    await runPage(page, { host, cwd })
  } finally {
    await host.dispose()
  }
})

test('every example of docs/HOSTS.md does what the page says', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const page = read('docs/HOSTS.md')
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    cpSync(join(root, 'etc/examples/hello.js'), join(cwd, 'hello.js'))
    writePods(page, cwd)
    const replace: [string, string][] = [
      ['localhost:PORT', `localhost:${host.port}`],
      ['--token TOKEN', `--token ${host.token}`],
    ]
    await runPage(page, { host, cwd, replace })
    await host.push('forever', 'limits-pod')
    await host.pushFile('limits', join(cwd, 'limits.js'))
    await host.begin('limits')
  } finally {
    await host.dispose()
  }
})

test('every example of docs/SCRIPTS.md does what the page says', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    const replace: [string, string][] = [['localhost:PORT', `localhost:${host.port}`]]
    await runPage(read('docs/SCRIPTS.md'), { host, cwd, replace })
  } finally {
    await host.dispose()
  }
})

test('every example of docs/PROJECTS.md does what the page says', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const page = read('docs/PROJECTS.md')
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    writePods(page, cwd)
    await runPage(page, { host, cwd })
  } finally {
    await host.dispose()
  }
})

test('every example of docs/GATEWAY.md does what the page says', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const cwd = join(host.dir, 'examples')
    mkdirSync(cwd)
    const replace: [string, string][] = [['8080', String(await freePort())]]
    await runPage(read('docs/GATEWAY.md'), { host, cwd, replace })
  } finally {
    await host.dispose()
  }
})

test('docs/PROJECTS.md names every key of a manifest that is none of a config', () => {
  const page = read('docs/PROJECTS.md')
  for (const key of podKeys.filter(key => !(key in configSchema.entries)))
    assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

/** The blocks of code that are files, each written where its first line says. */
function writePods(page: string, cwd: string): void {
  for (const { language, text } of blocksOf(page)) {
    if (language !== 'js' && language !== 'ts') continue
    const file = /^\/\/ (\S+)\n/.exec(text)?.[1]
    assert.ok(file, `a first line names its file:\n${text}`)
    writeFileSync(join(cwd, file), text)
  }
}

test('docs/PODS.md names every key of a config', () => {
  const page = read('docs/PODS.md')
  const { check: _, ...others } = configSchema.entries
  const keys = [...Object.keys(others), ...Object.keys(checkEntries).map(key => `check.${key}`)]
  for (const key of keys) assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

test('docs/FILES.md names every setting with its default, and every key of pod.json', () => {
  const page = read('docs/FILES.md')
  const rows = [...page.matchAll(/^\| `(\w+)` \| `([\d["][^`]*)` \|/gm)].map(([, key = '', value = '']) => [
    key,
    JSON.parse(value),
  ])
  assert.equal(Object.fromEntries(rows), defaultSettings)
  for (const key of Object.keys(desiredSchema.entries)) assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

test('docs/DESIGN.md has two lines for every folder of sources, and for no other', () => {
  const about = foldersIn(read('docs/DESIGN.md'))
  const folders = new Set([...parts, ...foldersOf(sourceFiles(root))])
  assert.equal([...about.keys()].sort(), [...folders].sort())
  for (const [folder, lines] of about) assert.is(lines.length, 2, folder)
})

test('every source file opens with a comment that says what it is', () => {
  assert.equal(
    sourceFiles(root).filter(file => headOf(read(file)) === ''),
    [],
  )
})

test('every link between the pages leads to a file, and to a heading in it', () => {
  for (const from of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: root })]) {
    for (const [, link = ''] of read(from).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (link.startsWith('https://')) continue
      const [path = '', anchor] = link.split('#')
      const to = path === '' ? from : join(dirname(from), path)
      assert.ok(existsSync(join(root, to)), `${from}: ${link}`)
      if (anchor !== undefined) assert.ok(anchorsOf(read(to)).includes(anchor), `${from}: ${link}`)
    }
  }
})

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text)
  return headings.map(text =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

test.run()
