// Each option of each command that takes a value, with a value that is wrong for its kind: it is wrong usage, and the message
// names the option. The host behind it is a daemon's inside, since many values are judged there alone.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type CommandSpec, globalFlags } from '../../../cli/argv/command.ts'
import { argsOf, nameOf } from '../../../cli/argv/grammar.ts'
import { run } from '../../../cli/run.ts'
import { table } from '../../../cli/table.ts'
import { toWireError } from '../../../protocol/errors.ts'
import { Inside } from '../../daemon/inside/host.ts'
import { scratch } from '../../scratch.ts'
import { type FakeHost, fakeHost } from '../client/fake-host.ts'

/** A wrong value for each kind; nothing at all where any other text may be right. */
const wrong: Readonly<Record<string, string>> = {
  n: 'x',
  count: 'x',
  bytes: 'x',
  version: 'x',
  port: '99999',
  time: '@@',
  address: '@@',
  route: '@@',
  policy: 'nonsense',
  when: 'nonsense',
  said: 'nonsense',
  level: 'nonsense',
  role: 'nonsense',
  kind: 'nonsense',
  what: 'nonsense',
  state: 'nonsense',
  signal: 'nonsense',
  cron: 'nonsense',
  zone: 'Mars',
  size: 'huge',
  cpus: 'many',
  'k=v': '=x',
  flag: 'no-dash',
  sha256: 'x',
  type: 'nonsense',
  types: ',',
  name: 'No Name',
  file: '/nonexistent/file',
  secret: 'x',
  dir: '',
  tag: '',
  id: '',
  key: '',
  line: '',
}

/** Where the kind does not tell, by command or for all, and option. */
const wrongFor: Readonly<Record<string, string>> = {
  path: 'No.Name',
  run: 'nonsense',
  writable: '',
  'check-http': 'nonsense',
  // Whether a folder has such a file is known once it is read.
  entry: '',
}

/** Options for which any text is right, and those that are judged by others, with the reason. */
const others: Readonly<Record<string, string>> = {
  '--token': 'any text; a host refuses a wrong one as not authorised',
  'logs --grep': 'any text is searched for',
  'push --message': 'any text',
  'status --after': 'any text has its place in the order of names',
  'fleet init': 'the pod of the fleet judges them',
  'fleet join': 'the pod of the fleet judges them',
  'fleet invite': 'the pod of the fleet judges them',
  'fleet move': 'the pod of the fleet judges them',
  'fleet add-server': 'the pod of the fleet judges them',
}

const args: Readonly<Record<string, string>> = {
  remote: 'local',
  name: 'web',
  names: 'web',
  path: 'app.js',
  fn: 'f',
  run: 'web.1',
  weights: 'web=1',
  to: 'local',
  url: 'https://example.org/hook',
  address: 'tls://127.0.0.1:1',
}

/** Arguments that may be left out, and are not, so that the option is read; and options beside it. */
const more: Readonly<Record<string, readonly string[]>> = {
  up: ['app.js'],
  diff: ['app.js'],
  push: ['app.js'],
  import: ['Procfile'],
  startup: ['--print'],
}

/** Options beside one that is wrong. */
const beside: Readonly<Record<string, readonly string[]>> = {
  'hook add --pod': ['--on', 'crashed'],
  'hook add --secret': ['--on', 'crashed'],
}

type Case = { argv: string[]; option: string }

test('every option refuses a wrong value as wrong usage, names itself, and changes nothing', async () => {
  using at = scratch()
  const restore = inFolder(at.dir)
  try {
    await using inside = await Inside.open()
    await inside.push('web')
    await using host = await hostOf(inside, at.dir)
    let count = 0
    for (const { argv, option } of table.flatMap(casesOf)) {
      rmSync('pods.yaml', { force: true })
      const before = host.requests.length
      const { code, said } = await ended(argv)
      const shown = `pod ${argv.join(' ')}: ${said}`
      assert.is(code, 2, shown)
      assert.match(said.split('\n')[0] ?? '', new RegExp(`--${option}\\b`), shown)
      assert.not.match(said, /nobody expected|\n +at /, shown)
      const asked = host.requests.slice(before).map(({ method }) => method)
      assert.is(asked.includes('pod.push') && argv[0] !== 'push', false, `${shown}: it is pushed before`)
      count++
    }
    assert.ok(count > 250, `${count} options`)
    assert.equal(
      (await inside.do('pod.list', {})).pods.map(({ name, want }) => [name, want]),
      [['web', 'idle']],
    )
  } finally {
    restore()
  }
})

test('the reasons name options that there are', () => {
  const all = table.flatMap(spec => [nameOf(spec), ...optionsOf(spec).map(({ name }) => `${nameOf(spec)} --${name}`)])
  const unknown = Object.keys({ ...others, ...beside }).filter(key => key !== '--token' && !all.includes(key))
  assert.equal(unknown, [])
})

test('a name and a file that are wrong are wrong usage wherever they are typed', async () => {
  using at = scratch()
  const restore = inFolder(at.dir)
  try {
    for (const argv of [
      ['push', 'local', 'No Name', 'app.js'],
      ['serve', '.', '--name', 'No Name'],
      ['start', 'web', '--env-file', 'none'],
      ['remote', 'add', 'No Name', 'localhost:1'],
    ])
      assert.is((await ended(argv)).code, 2, argv.join(' '))
    // What is well formed, and names no option, is refused where it is not there.
    for (const argv of [
      ['up', 'none.js'],
      ['serve', 'none'],
      ['push', 'nowhere', 'web', 'app.js'],
    ])
      assert.is((await ended(argv)).code, 1, argv.join(' '))
  } finally {
    restore()
  }
})

function casesOf(spec: CommandSpec): Case[] {
  const command = nameOf(spec)
  if (Object.hasOwn(others, command)) return []
  const given = argsOf(spec)
    .filter(({ isRequired }) => isRequired)
    .map(({ name }) => args[name] ?? `no value for ${name}`)
  return optionsOf(spec).flatMap(({ name, kind }) => {
    const key = `${command} --${name}`
    if (Object.hasOwn(others, key) || Object.hasOwn(others, `--${name}`)) return []
    const value = wrongFor[name] ?? wrong[kind] ?? `no value for ${kind}`
    const words = [...command.split(' '), ...given, ...(more[command] ?? []), ...(beside[key] ?? [])]
    return [{ argv: [...words, `--${name}=${value}`], option: name }]
  })
}

function optionsOf(spec: CommandSpec): { name: string; kind: string }[] {
  // One command stands for all others where an option is that of every command.
  const flags = [...(spec.flags ?? []), ...(nameOf(spec) === 'status' ? globalFlags : [])]
  return flags.flatMap(([text]) => {
    const [, name, kind] = /--([a-z0-9-]+) <(.+)>/.exec(text) ?? []
    return name !== undefined && kind !== undefined ? [{ name, kind }] : []
  })
}

async function hostOf(inside: Inside, dir: string): Promise<FakeHost> {
  return await fakeHost(join(dir, 'host.sock'), ({ id, method, params }, { answer, send }) => {
    const { stream: _, ...asked } = params
    if (method === 'rpc.ping') return answer({})
    inside.do(method as 'pod.status', asked as { name: string }).then(answer, error => {
      send(JSON.stringify({ jsonrpc: '2.0', id, error: toWireError(error) }))
    })
  })
}

/** A folder with what commands are about, as the working directory. @returns what undoes that */
function inFolder(dir: string): () => void {
  const [cwd, before] = [process.cwd(), { ...process.env }]
  const work = join(dir, 'work')
  mkdirSync(work)
  writeFileSync(join(work, 'app.js'), 'export default () => {}')
  writeFileSync(join(work, 'Procfile'), 'web: node app.js')
  Object.assign(process.env, { XDG_CONFIG_HOME: dir, P8A_DATA: dir, HOME: dir, NO_COLOR: '1' })
  process.chdir(work)
  return () => {
    process.chdir(cwd)
    process.env = before
  }
}

/** Runs `pod` in this process. */
async function ended(argv: string[]): Promise<{ code: number; said: string }> {
  const [out, err] = [process.stdout.write, process.stderr.write]
  let said = ''
  process.stdout.write = () => true
  process.stderr.write = (chunk: unknown) => {
    said += chunk
    return true
  }
  try {
    return { code: await run(argv), said }
  } finally {
    process.stdout.write = out
    process.stderr.write = err
  }
}

test.run()
