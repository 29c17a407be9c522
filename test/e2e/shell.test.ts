// The shell: scripts on stdin, the wire beneath, and a session at a pseudo-terminal, replayed literally.
// Not here: how lines are read (test/cli/shell), what verbs print (test/cli/run.test.ts).
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { root } from '../paths.ts'
import { until } from '../until.ts'
import { type Result, TestHost } from './harness.ts'
import { Screen } from './screen.ts'

const test = suite('shell')
const host = new TestHost()
const podProgram = join(root, 'bin/pod.cjs')

test.before(async () => {
  await host.up()
  await host.push('talker')
  const bounce = `'${process.execPath}' '${podProgram}' host start --detach --port ${host.port} --data '${host.data}'`
  await host.ok('start', 'local', 'talker', '--bounce', bounce)
})
test.after(() => host.dispose())

/** Runs the lines as a script, in the shell of `name` or of the host. */
async function script(lines: string[], name?: string, ...flags: string[]): Promise<Result> {
  const args = [podProgram, 'shell', 'local', ...(name === undefined ? [] : [name]), ...flags]
  return await host.run(process.execPath, args, { input: lines.join('\n') })
}

async function printed(lines: string[], name?: string): Promise<string> {
  const { code, stdout, stderr } = await script(lines, name)
  assert.is(code, 0, stderr)
  return stdout
}

/** What the last command of the talker found out when its client went away. */
async function note(): Promise<string> {
  const file = join(String(await host.call('talker', 'storage')), 'note')
  return await until(() => existsSync(file) && readFileSync(file, 'utf8'), 'the command has noticed')
}

test('a script runs verbs without the remote, past comments and empty lines', async () => {
  const file = join(host.dir, 'math.js')
  writeFileSync(file, 'export const add = (a, b) => a + b\nexport default async () => {}\n')
  const out = await printed([
    '# makes a pod, and takes it away again',
    '',
    `push math '${file}'`,
    'start math --level 3 # a param',
    'call math add 20 4',
    'scale math 2',
    'worker info math',
    'runs math --json',
    'stop math',
    'remove math',
  ])
  assert.match(out, /^math v1 \(.*\)\nmath is up: v1, pid \d+\n24\nmath is up: v1, 2 of 2 runs, .*\n/)
  assert.match(out, /\nNAME +CURRENT +TARGET +DEAD\nmath +2 +2 +0\n\{"runs":\[/)
  assert.match(out, /\nmath is removed\n$/)
})

test('a script stops at the first line that fails, with its exit code', async () => {
  const cases: [line: string, code: number, message: RegExp][] = [
    ['status nobody', 1, /^error: There is no pod "nobody"\n/],
    ['scale talker', 2, /^error: "pod scale" needs N\nhint: Usage: scale <name> <n>\n$/],
    ['nonsense', 2, /^error: Unknown command "nonsense"\nhint: All commands: help\n$/],
    ['worker', 2, /^error: "worker" needs "info" or "revive"/],
    ['status "', 2, /^error: Cannot read the line: a second " is missing\n/],
  ]
  for (const [line, code, message] of cases) {
    const result = await script([line, 'status talker'])
    assert.equal([result.code, result.stdout], [code, ''], line)
    assert.match(result.stderr, message)
  }
  const left = await script(['.exit', 'nonsense'])
  assert.equal([left.code, left.stdout, left.stderr], [0, '', ''])
})

test('where there is no host a shell says so, with exit code 3', async () => {
  const result = await host.run(process.execPath, [podProgram, 'shell', 'local', '--data', join(host.dir, 'none')])
  assert.is(result.code, 3)
})

test("a pod's commands are there in its own shell, ask for the lines behind them, and print what they return", async () => {
  const lines = ['hello "a b" c', 'double', '21', 'add', '1', '2', 'who', 'worker info']
  const out = await printed(lines, 'talker')
  assert.match(
    out,
    /^Hello a b, c\n21 and 21 is 42\nDoubled by double\nFirst: \n\{"sum":3\}\ntalker has 1 up\nNAME .*\ntalker +1 +1 +0\n$/,
  )
  assert.is((await script(['hello'])).code, 0, 'in that of its host')
  assert.is((await script(['hallo'])).code, 2)
})

test('what a command throws is its error, and so is a question at the end of the script', async () => {
  const thrown = await script(['double', 'two'], 'talker')
  assert.equal([thrown.code, thrown.stderr], [1, 'error: That is no number\n'])
  const refused = await script(['who nobody'], 'talker')
  assert.equal([refused.code, refused.stderr], [1, 'error: There is no pod "nobody"\nhint: There are: talker\n'])
  const ended = await script(['double'], 'talker')
  assert.equal([ended.code, ended.stderr], [1, 'error: The client of the command has no more lines\n'])
})

test('what a command sends is all there, in order', async () => {
  const out = await printed(['flood 3000'], 'talker')
  assert.is(out, `${'x'.repeat(1023)}\n`.repeat(3000))
})

test('the shell of a pod that is down has the verbs, which start it', async () => {
  await host.pushFile('down', join(root, 'test/fixtures/pods/talker.js'))
  assert.match(await printed(['start', 'hello again', 'stop'], 'down'), /^down is up.*\nHello again\ndown is idle\n/)
  await host.remove('down')
})

test('worker revive starts again what was given up, with its params', async () => {
  await host.push('crash-at-start', 'broken')
  await host.pod('start', 'local', 'broken', '--give-up', '1', '--level', '3')
  assert.match(await printed(['worker info broken']), /\nbroken +0 +1 +1\n/)
  assert.is((await script(['worker revive'])).code, 1, 'it still crashes')
  await host.push('forever', 'broken')
  assert.match(await printed(['worker revive', 'worker info broken']), /broken is up.*\n.*\nbroken +1 +1 +0\n/)
  assert.equal((await host.status('broken')).params, { level: '3' })
  assert.match(await printed(['restart']), /^broken is up.*\ntalker is up/)
  assert.match(await printed(['restart'], 'talker'), /^talker is up[^\n]*\n$/)
  await host.remove('broken')
})

test('a client that goes away ends its command: recv() and send() reject', async () => {
  for (const [command, told] of [
    // What is seen first of a client that goes may be that it says nothing more.
    ['wait', /^recv: aborted The client of the command (has no more lines|is gone)$/],
    ['pour', /^send: aborted The client of the command is gone$/],
  ] as const) {
    await host.call('talker', 'forget')
    const { socket, lines } = talkTo(join(host.data, 'host.sock'))
    socket.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'pod.command', params: { name: 'talker', argv: [command] } })}\n`,
    )
    await until(() => lines.length > 0, 'it has begun')
    socket.pause()
    socket.destroy()
    assert.match(await note(), told)
  }
})

test('a command is canceled over the wire, and answers so at once', async () => {
  await host.call('talker', 'forget')
  const { socket, lines } = talkTo(join(host.data, 'host.sock'))
  const say = (message: object) => socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  say({ id: 'a', method: 'pod.command', params: { name: 'talker', argv: ['wait'] } })
  await until(() => lines.length === 2, 'it has asked')
  assert.equal(
    lines.map(line => JSON.parse(line)),
    [
      { jsonrpc: '2.0', method: 'pod.command.send', params: { request: 'a', text: 'Waiting\n' } },
      { jsonrpc: '2.0', method: 'pod.command.recv', params: { request: 'a', question: '? ' } },
    ],
  )
  say({ id: 'a', method: 'pod.command', params: { name: 'talker', argv: ['wait'] } })
  await until(() => lines.length === 3, 'its id is taken')
  assert.is(JSON.parse(lines[2] ?? '').error.data.code, 'bad_request')
  say({ id: 'b', method: 'pod.command.cancel', params: { request: 'a' } })
  await until(() => lines.length === 5, 'it is canceled')
  assert.equal(
    lines.slice(3).map(line => JSON.parse(line).error?.data.code ?? JSON.parse(line).result),
    [{ canceled: true }, 'aborted'],
  )
  say({ id: 'c', method: 'pod.command.cancel', params: { request: 'a' } })
  await until(() => lines.length === 6, 'it is over')
  assert.is(JSON.parse(lines[5] ?? '').error.data.code, 'bad_params')
  socket.destroy()
  assert.is(await note(), 'recv: aborted The command was canceled')
})

test('over HTTP there are no commands', async () => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'pod.command',
    params: { name: 'talker', argv: ['who'] },
  })
  const headers = { authorization: `Bearer ${host.token}` }
  const answer = await fetch(`http://127.0.0.1:${host.port}/rpc`, { method: 'POST', body, headers })
  assert.is(answer.status, 501)
})

needs(test, 'script')('a session at a terminal goes as it is written here', async () => {
  const screen = new Screen([process.execPath, podProgram, 'shell', 'local', 'talker'], {
    env: host.env,
    cwd: host.dir,
  })
  try {
    await screen.replay(session.replaceAll('DATA', host.data))
    assert.is(await screen.ended(), 0)
  } finally {
    screen.kill()
  }
  const history = join(host.dir, 'config/p8a/shell-history')
  assert.is(statSync(history).mode & 0o777, 0o600)
  assert.match(readFileSync(history, 'utf8'), /^hello you\ndouble\n# a comment\nwho nobody\n/)
})

/** What is in « » is typed; a ^C in it is pressed. */
const session = `local talker> «hello you»
Hello you
local talker> «double»
A number: «21»
21 and 21 is 42
Doubled by double
local talker> «# a comment»
local talker> «»
local talker> «who nobody»
error: There is no pod "nobody"
hint: There are: talker
local talker> «wait»
Waiting
? «never mind^C»
local talker> «add»
First: «20»
Second: «4»
{"sum":24}
local talker> «bounce»
The host goes: «now»
error: Lost the host at unix:DATA/host.sock: it closed the connection
hint: Its pods go on; to see whether it is back: pod host status
Connection lost. Reconnecting... done!
local talker> «who»
talker has 1 up
local talker> «not this^C»
local talker> «hello again»
Hello again
local talker> «^C»
Ctrl-C again, Ctrl-D or .exit leaves
local talker> «.exit»
`

function talkTo(path: string): { socket: net.Socket; lines: string[] } {
  const lines: string[] = []
  let rest = ''
  const socket = net.connect(path).setEncoding('utf8')
  socket.on('error', () => {})
  socket.on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  return { socket, lines }
}

test.run()
