// Logs end to end: what a pod writes, however it writes it, is in its file in the CRI format, once, in order; and
// `pod logs` finds it again.
// Not here: the reading of log files in depth (test/daemon/logs), the shim's log file with a disk that fails
// (test/shim/log/log-file.test.ts), how times are read (test/cli/time/time.test.ts).
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { logTime } from '../../protocol/cri.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { needs } from '../needs.ts'
import { podProgram, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'
import { Screen } from './screen.ts'

const test = suite('logs')
const host = new TestHost(withSpares)
/** It keeps more of a log than the other one, which takes away at the end of a run what is too much. */
const keeping = new TestHost()

const logFileBytes = 200_000
const logPodBytes = 1_000_000

test.before(async () => {
  mkdirSync(host.data, { mode: 0o700 })
  const settings = { logFileBytes, logPodBytes }
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'log-test', settings }), { mode: 0o600 })
  await host.up()
  await fresh('writer')
})
test.after(async () => {
  await Promise.all([host.dispose(), keeping.dispose()])
})

const line = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (?:stdout|stderr) [FP] /

/** A writer that has written nothing yet. */
async function fresh(name: string, ...flags: string[]): Promise<void> {
  await host.push('writer', name)
  if (flags.length === 0) await host.begin(name)
  else await host.ok('start', 'local', name, ...flags)
}

/** Tells the writer to write, without waiting for an answer that may not come. */
async function tell(name: string, fn: string, ...args: unknown[]): Promise<void> {
  const client = await host.client()
  await client.call('pod.call', { name, fn, args }).catch(() => {})
  client.close()
}

/** The files of a pod's logs, the live one of a run last. */
function files(name: string): string[] {
  const dir = join(host.data, 'logs', name)
  const order = (file: string) => Number(/\.log\.(\d+)$/.exec(file)?.[1] ?? Infinity)
  return readdirSync(dir)
    .filter(file => /\.log(\.\d+)?$/.test(file))
    .sort((a, b) => order(a) - order(b))
    .map(file => join(dir, file))
}

/** All lines of a pod's files as they stand there. */
function rawLines(name: string): string[] {
  return files(name).flatMap(file => readFileSync(file, 'utf8').split('\n').slice(0, -1))
}

/** What `pod logs --json` answers, the host's own lines left out. */
async function entries(...args: string[]): Promise<LogEntry[]> {
  const out = await host.ok('logs', 'local', ...args, '--json')
  return out
    .split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text) as LogEntry)
    .filter(({ source }) => source !== 'host')
}

/** Processes date their lines by themselves: what is to be in order must not lie in the same millisecond. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now()
  await until(() => Date.now() > now, 'the clock goes on')
}

const numbered = (lines: number, text: string) => Array.from({ length: lines }, (_, index) => `${text} ${index + 1}`)

test('every way to write from JavaScript ends in the log, at once and in order, on the stream it was meant for', async () => {
  await fresh('ways')
  const ways: [fn: string, args: unknown[], source: string, text: string][] = [
    ['log', ['logged', { a: 1 }], 'stdout', 'logged { a: 1 }'],
    ['error', ['an error'], 'stderr', 'an error'],
    ['out', ['written\n'], 'stdout', 'written'],
    ['err', ['written to stderr\n'], 'stderr', 'written to stderr'],
    ['base64', [Buffer.from('encoded\n').toString('base64')], 'stdout', 'encoded'],
    ['direct', [1, 'direct\n'], 'stdout', 'direct'],
    ['direct', [2, 'direct to stderr\n'], 'stderr', 'direct to stderr'],
    ['directBytes', ['a part of a buffer\n'], 'stdout', 'a part of a buffer'],
    ['directMany', ['one of ', 'many\n'], 'stdout', 'one of many'],
    ['later', ['asynchronous\n'], 'stdout', 'asynchronous'],
    ['piped', ['by a stream on fd 1\n'], 'stdout', 'by a stream on fd 1'],
    ['log', ['日本語 🦊 ü'], 'stdout', '日本語 🦊 ü'],
    ['log', [''], 'stdout', ''],
    ['out', ['tabs\tand\rreturns\n'], 'stdout', 'tabs\tand\rreturns'],
    ['out', ['\u001b[31mred\u001b[0m\n'], 'stdout', '\u001b[31mred\u001b[0m'],
  ]
  for (const [fn, args, source, text] of ways) {
    await tell('ways', fn, ...args)
    const last = (await entries('ways')).at(-1)
    assert.equal([last?.source, last?.text], [source, text], fn)
  }
  assert.equal(
    (await entries('ways')).map(entry => entry.text),
    ways.map(([, , , text]) => text),
  )
  for (const written of rawLines('ways')) assert.match(written, line)
  const times = rawLines('ways').map(written => written.slice(0, 30))
  assert.equal(times, [...times].sort())
})

test('process.stdout.write calls back once for each write, in order, when the writer has gone on', async () => {
  await fresh('callbacks')
  assert.equal(await host.call('callbacks', 'calledBack'), ['written', 'one', 'one', 'two', 'one', 'two'])
})

test('a loop that prints without a pause needs no memory for it', async () => {
  await fresh('loop')
  const grown = (await host.call('loop', 'printAndMeasure', 100_000, 'a line')) as number
  assert.ok(grown < 25_000_000, `${grown} bytes`)
})

test('what is written without a newline is a part, P, until its end comes', async () => {
  await fresh('parts')
  await tell('parts', 'out', 'begun')
  assert.match(rawLines('parts').at(-1) as string, / stdout P begun$/)
  assert.is((await entries('parts')).at(-1)?.text, 'begun', 'it is shown though its end never came')
  await tell('parts', 'out', ' and ended\n')
  assert.equal(
    rawLines('parts').map(text => text.slice(31)),
    ['stdout P begun', 'stdout F  and ended'],
  )
  assert.equal(
    (await entries('parts')).map(entry => entry.text),
    ['begun and ended'],
  )
  await tell('parts', 'mixed', 'stdout')
  const mixed = (await entries('parts')).slice(1)
  assert.equal(mixed.map(({ source, text }) => [source, text]).sort(), [
    ['stderr', 'between'],
    ['stdout', 'stdout goes on'],
  ])
})

test('a long line is several parts in the file and one line when read, no character cut', async () => {
  await fresh('long')
  const text = '🦊ü日'.repeat(30_000)
  await tell('long', 'log', text)
  const raw = rawLines('long')
  assert.ok(raw.length > 3)
  for (const part of raw) assert.match(part, line)
  assert.equal(raw.map(part => part[38]).join(''), `${'P'.repeat(raw.length - 1)}F`)
  assert.not.ok(raw.some(part => part.includes('\ufffd')))
  const client = await host.client()
  const read = await client.call('pod.logs', { name: 'long' }).finally(() => client.close())
  assert.is(read.entries.at(-1)?.text === text, true, 'it is read as it was written')
})

test('bytes that are no UTF-8 stay as they are in the file', async () => {
  await tell('long', 'hex', 'ff00fe41800a')
  const bytes = readFileSync(files('long').at(-1) as string)
  assert.ok(bytes.subarray(-6).equals(Buffer.from('ff00fe41800a', 'hex')))
})

test('what child processes write to the inherited descriptors is kept, on its stream', async () => {
  await fresh('children')
  await tell('children', 'shell', 'echo to stdout; echo to stderr >&2; printf "no newline"')
  const kept = await until(async () => {
    const found = await entries('children')
    return found.length >= 3 && found
  }, 'the lines are there')
  assert.equal(kept.map(({ source, text }) => `${source} ${text}`).sort(), [
    'stderr to stderr',
    'stdout no newline',
    'stdout to stdout',
  ])
  for (const written of rawLines('children')) assert.match(written, line)
})

test('what a child writes to /dev/stdout and /dev/stderr is kept', async () => {
  await fresh('devices')
  await tell('devices', 'shell', 'echo a first line that is longer than the next')
  await until(async () => (await entries('devices')).length === 1, 'the first line is there')
  await tell('devices', 'shell', 'echo second > /dev/stdout')
  await until(async () => (await entries('devices')).some(({ text }) => text === 'second'), 'the second line is there')
  await tell('devices', 'shell', 'echo third')
  await until(async () => (await entries('devices')).some(({ text }) => text === 'third'), 'the third line is there')
})

test('a shell that opens /dev/stdout anew, with > or tee, empties nothing', async () => {
  await fresh('reopened')
  await tell(
    'reopened',
    'shell',
    'echo A1; echo A2 > /dev/stdout; echo A3 | tee /dev/stderr; echo A4 > /proc/self/fd/1',
  )
  await tell('reopened', 'shell', 'echo B1 >&2; echo B2 > /dev/stderr; echo B3 > /dev/fd/2; echo B4 >&2')
  const lines = await until(async () => {
    const found = await entries('reopened')
    return found.length >= 9 && found
  }, 'all lines are there')
  const of = (stream: string) => lines.filter(({ source }) => source === stream).map(({ text }) => text)
  assert.equal(of('stdout'), ['A1', 'A2', 'A3', 'A4'])
  assert.equal(of('stderr'), ['A3', 'B1', 'B2', 'B3', 'B4'])
})

test('a pod that opens its own stdout by a name, in whatever way, loses nothing', async () => {
  for (const [index, file] of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].entries()) {
    const name = `named-${index}`
    await fresh(name)
    await tell(name, 'log', 'before')
    await tell(name, 'byName', file)
    const wanted = [
      ...['before', 'writeFileSync', 'appendFileSync', 'openSync', 'fd of openSync', 'writeFile'],
      ...['promises.writeFile', 'promises.writeFile in pieces', 'promises.appendFile', 'FileHandle.write'],
      'createWriteStream',
    ]
    await until(async () => (await entries(name)).length >= wanted.length, 'all lines are there')
    assert.equal((await entries(name)).map(({ text }) => text).sort(), wanted.sort(), file)
  }
})

test('what children wrote is whole though the pod is killed the moment after', async () => {
  await host.push('writer', 'pipe-killed')
  await host.begin('pipe-killed', { config: { restart: 'never' } })
  await tell('pipe-killed', 'childAndKill', 3_000, 'from a child')
  await until(async () => (await host.status('pipe-killed')).runs.length === 0, 'it is over')
  assert.equal(
    (await entries('pipe-killed')).map(({ text }) => text),
    numbered(3_000, 'from a child'),
  )
  assert.not.ok(existsSync(join(host.data, 'logs/pipe-killed/1.stdout.pipe')))
})

test('process.abort keeps the last line', async () => {
  await fresh('aborting', '--restart', 'never')
  await tell('aborting', 'abort', 'my last words')
  await until(async () => (await host.status('aborting')).status === 'error', 'it is over')
  assert.ok((await entries('aborting')).map(({ text }) => text).includes('my last words'))
})

test('process.exit and SIGKILL right after thousands of lines lose none', async () => {
  for (const [name, fn] of [
    ['exits', 'printAndExit'],
    ['killed', 'printAndKill'],
  ] as const) {
    await host.push('writer', name)
    await host.begin(name, { config: { restart: 'never' } })
    await tell(name, fn, 5_000, 'a line')
    await until(async () => (await host.status(name)).runs.length === 0, 'it is over')
    assert.equal(
      (await entries(name)).map(({ text }) => text),
      numbered(5_000, 'a line'),
      fn,
    )
  }
})

test('rotation by size loses no line and doubles none', async () => {
  await fresh('rotating', '--restart', 'never')
  await tell('rotating', 'print', 8_000, 'a line that is to be rotated')
  const all = files('rotating')
  assert.ok(all.length >= 3, 'it was rotated more than once')
  for (const file of all) assert.ok(statSync(file).size < logFileBytes + 20_000, file)
  assert.equal(
    (await entries('rotating')).map(({ text }) => text),
    numbered(8_000, 'a line that is to be rotated'),
  )
  for (const written of rawLines('rotating')) assert.match(written, line)
})

test('the oldest files go when a pod has more than logPodBytes, and the newest lines stay', async () => {
  await tell('rotating', 'print', 30_000, 'many')
  const bytes = files('rotating').reduce((sum, file) => sum + statSync(file).size, 0)
  assert.ok(bytes <= logPodBytes + logFileBytes, `${bytes} bytes are kept`)
  const kept = (await entries('rotating')).map(({ text }) => text)
  assert.equal(kept, numbered(30_000, 'many').slice(-kept.length))
  assert.ok(kept.length > 5_000)
})

test('what children write straight to the descriptors gives its disk space back while the run goes on', async () => {
  await fresh('flooded-by-child')
  await tell(
    'flooded-by-child',
    'shell',
    `yes 'a line of a child that writes a lot of them' | head -c 16000000; echo; echo the end`,
  )
  await until(async () => (await entries('flooded-by-child', '-n', '1')).at(-1)?.text === 'the end', 'all was folded')
  const dir = join(host.data, 'logs/flooded-by-child')
  const onDisk = () => readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).blocks * 512, 0)
  await until(() => onDisk() < 8_000_000, 'the space of what was folded is free')
  await host.stop('flooded-by-child')
  const kept = (await entries('flooded-by-child')).map(({ text }) => text)
  assert.is(kept.at(-1), 'the end')
  assert.is(kept.filter(text => text === 'the end').length, 1)
  assert.not.ok(
    kept.some(text => text.includes('\0')),
    'what was freed is not taken for output',
  )
})

test('output of children just before the SIGKILL of the run is kept exactly once, in order', async () => {
  await fresh('child-killed', '--restart', 'never')
  await tell(
    'child-killed',
    'shellAndKill',
    'for i in $(seq 1 500); do echo "child $i"; done; for i in $(seq 1 500); do echo "err $i" >&2; done',
  )
  await until(async () => (await host.status('child-killed')).runs.length === 0, 'it is over')
  const kept = await until(async () => {
    const found = await entries('child-killed')
    return found.length >= 1000 && found
  }, 'the lines are there')
  assert.equal(
    kept.filter(({ source }) => source === 'stdout').map(({ text }) => text),
    numbered(500, 'child'),
  )
  assert.equal(
    kept.filter(({ source }) => source === 'stderr').map(({ text }) => text),
    numbered(500, 'err'),
  )
  const times = rawLines('child-killed').map(written => written.slice(0, 30))
  assert.equal(times, [...times].sort(), 'a file is in order of time')
  assert.equal(
    readdirSync(join(host.data, 'logs/child-killed')).filter(file => file.includes('.raw')),
    [],
    'no raw file is left',
  )
})

test('raw output that a host left behind when it was killed is folded by the next one', async () => {
  await host.push('writer', 'left-behind')
  await host.begin('left-behind')
  await host.stop('left-behind')
  await host.killHost()
  // As if the host had been killed when the run had ended and nothing was done about it yet.
  const file = join(host.data, 'pods/left-behind/runs/1.json')
  const { end: _end, endedAt: _endedAt, ...record } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...record, state: 'stopping', why: 'stopped' }))
  const raw = join(host.data, 'logs/left-behind/1.stdout.raw')
  writeFileSync(raw, 'the last words of a child\n')
  await host.up()
  await until(
    async () => (await entries('left-behind')).some(({ text }) => text === 'the last words of a child'),
    'they are in the log',
  )
  await until(() => !existsSync(raw), 'the raw file is gone')
})

test('lines are written and dated while no host is alive', async () => {
  await fresh('hostless')
  await tell('hostless', 'background', 'for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo "alone $i"; done')
  const client = await host.client()
  void client.call('pod.call', { name: 'hostless', fn: 'many', args: [60, 20] }).catch(() => {})
  await until(async () => (await entries('hostless')).length > 3, 'it writes')
  await host.killHost()
  await until(
    () =>
      rawLines('hostless').some(text => text.endsWith('tick 60')) &&
      rawLines('hostless').some(text => text.endsWith('alone 8')),
    'all is written without a host',
  )
  client.close()
  await host.up()
  const kept = (await entries('hostless')).map(({ text }) => text)
  assert.equal(
    kept.filter(text => text.startsWith('tick')),
    numbered(60, 'tick'),
  )
  assert.equal(
    kept.filter(text => text.startsWith('alone')),
    numbered(8, 'alone'),
  )
})

test("the host's own log is JSON lines with tags and times", async () => {
  const lines = readFileSync(join(host.data, 'logs/host.log'), 'utf8')
    .trim()
    .split('\n')
    .map(text => JSON.parse(text))
  assert.ok(lines.length > 20)
  for (const { time, tag, msg } of lines) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.ok(['host', 'verb', 'run', 'adopt', 'files', 'link', 'client'].includes(tag), tag)
    assert.type(msg, 'string')
  }
})

test('-n shows the last lines, also with --follow', async () => {
  assert.equal(
    (await entries('rotating', '-n', '3', '--tag', 'stdout')).map(({ text }) => text),
    ['many 29998', 'many 29999', 'many 30000'],
  )
  assert.equal(await entries('rotating', '-n', '0', '--tag', 'stdout'), [])
  const follower = host.start('logs', 'local', 'rotating', '--follow', '-n', '2', '--tag', 'stdout')
  let out = ''
  follower.stdout?.on('data', chunk => (out += chunk))
  await until(() => out.includes('many 30000'), 'the last line is there')
  await tell('rotating', 'log', 'one more')
  await until(() => out.includes('one more'), 'the next is there')
  assert.not.match(out, 'many 29998')
  follower.kill()
  await once(follower, 'exit')
})

test('pod logs ends quietly when its reader goes away', async () => {
  const { stdout, stderr } = await host.run('bash', [
    '-c',
    `"$0" "$1" logs local rotating | head -2; echo "\${PIPESTATUS[0]}"`,
    process.execPath,
    join(import.meta.dirname, '../../bin/pod.cjs'),
  ])
  assert.is(stdout.trim().split('\n').length, 3)
  assert.is(stderr, '')
  assert.match(stdout, /\n(0|141)\n$/)
})

test('pod logs merges pods and host in order of time, and filters by pod, run, tag and time', async () => {
  // Each of these reads all that there is: the many lines of the pods before have been read by the tests of them.
  await host.removeAll(({ name }) => name !== 'writer')
  await host.push('writer', 'merge-a')
  await host.push('writer', 'merge-b')
  await host.begin('merge-a', { config: { scale: 2 } })
  await host.begin('merge-b')
  for (let turn = 1; turn <= 3; turn++) {
    await tell('merge-a.1', 'log', `a1 ${turn}`)
    await nextMillisecond()
    await tell('merge-b', 'error', `[orders] b ${turn}`)
    await nextMillisecond()
    await tell('merge-a.2', 'log', `a2 ${turn}`)
    await nextMillisecond()
  }
  const told = async (...args: string[]) =>
    (await entries(...args)).map(({ text }) => text).filter(text => /^(a\d|\[orders\] b) \d$/.test(text))
  const turns = [1, 2, 3]
  assert.equal(
    await told(),
    turns.flatMap(turn => [`a1 ${turn}`, `[orders] b ${turn}`, `a2 ${turn}`]),
  )
  assert.equal(
    await told('merge-a'),
    turns.flatMap(turn => [`a1 ${turn}`, `a2 ${turn}`]),
  )
  assert.equal(
    await told('merge-a', '--run', '2'),
    turns.map(turn => `a2 ${turn}`),
  )
  assert.equal(
    await told('--run', 'merge-a.1'),
    turns.map(turn => `a1 ${turn}`),
  )
  assert.equal(
    await told('merge-a.1'),
    turns.map(turn => `a1 ${turn}`),
  )
  assert.equal(
    await told('--tag', 'orders'),
    turns.map(turn => `[orders] b ${turn}`),
  )
  assert.equal((await told('--tag', 'stderr')).length, 3)
  const all = await entries()
  const middle = all.find(({ text }) => text === 'a1 2') as LogEntry
  assert.is((await told('--time', `${middle.time.slice(0, 23)}Z..`))[0], 'a1 2')
  assert.equal(await told('--time', `..${logTime(Date.parse(all[0]?.time ?? '') - 1000).slice(0, 23)}Z`), [])
  assert.equal(await told('merge-a', '-n', '2'), ['a1 3', 'a2 3'])
  const everything = (await host.ok('logs', 'local', '--json'))
    .trim()
    .split('\n')
    .map(text => JSON.parse(text) as LogEntry)
    .filter(({ pod }) => pod?.startsWith('merge-'))
  const times = everything.map(({ time }) => time)
  assert.equal(times, [...times].sort())
  assert.ok(
    everything.some(({ source, text, pod }) => source === 'host' && pod === 'merge-a' && text.startsWith('start')),
  )
  assert.ok((await host.ok('logs', 'local', '--tag', 'verb')).includes('merge-b'))
})

test('--follow shows lines as they come, of a pod started later, over restart and rotation, each once', async () => {
  await fresh('followed')
  await host.push('writer', 'comes-later')
  const follower = host.start('logs', 'local', '--follow', '--json')
  const shown: LogEntry[] = []
  let rest = ''
  follower.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    shown.push(...lines.map(line => JSON.parse(line) as LogEntry))
  })
  const seen = (pod: string) =>
    shown.filter(entry => entry.pod === pod && entry.source !== 'host').map(({ text }) => text)
  await tell('followed', 'log', 'before')
  await until(() => seen('followed').includes('before'), 'the first line is there')
  await host.begin('comes-later')
  await tell('comes-later', 'log', 'I am new')
  await until(() => seen('comes-later').includes('I am new'), 'a new pod is followed')
  await tell('followed', 'print', 9_000, 'a line over rotation')
  await until(() => seen('followed').includes('a line over rotation 9000'), 'all is there')
  assert.equal(seen('followed'), ['before', ...numbered(9_000, 'a line over rotation')])
  assert.ok(files('followed').length > 1)
  await host.restart('followed')
  await tell('followed', 'log', 'another run')
  await until(() => seen('followed').includes('another run'), 'the next run is followed')
  follower.kill('SIGINT')
  await once(follower, 'exit')
})

test('a follower goes on with the next host, says so, and shows each line once; the pods go on', async () => {
  const { pid } = (await host.status('followed')).runs[0] as { pid: number }
  const follower = host.start('logs', 'local', 'followed', '--follow', '--lines', '1')
  let [out, err] = ['', '']
  follower.stdout?.on('data', chunk => (out += chunk))
  follower.stderr?.on('data', chunk => (err += chunk))
  await until(() => out.includes('another run'), 'it follows')
  for (const at of [1, 2]) {
    await tell('followed', 'print', 3, `before loss ${at}`)
    await until(() => out.includes(`before loss ${at} 3`), 'it follows')
    await tell('followed', 'logLater', `while nobody looks ${at}`, 200)
    await host.killHost()
    assert.ok(isAlive(pid))
    await host.up()
    await until(() => out.includes(`while nobody looks ${at}`), 'it goes on')
  }
  assert.match(err, /Connection lost\. Reconnecting\.\.\. done!/)
  const shown = out.match(/(before loss|while nobody looks) .*/g) ?? []
  const wanted = [1, 2].flatMap(at => [...numbered(3, `before loss ${at}`), `while nobody looks ${at}`])
  assert.equal(shown, wanted)
  follower.kill('SIGINT')
  await once(follower, 'exit')
})

for (const [what, command] of [
  ['logs', 'pod logs local followed --follow'],
  ['output', 'pod output local quiet-script --follow'],
]) {
  test(`${what} --follow ends with its reader, before the next line comes`, async () => {
    const script = join(host.dir, 'quiet.sh')
    writeFileSync(script, '#!/bin/sh\necho line\nexec sleep 60\n')
    await host.pushFile('quiet-script', script)
    await host.begin('quiet-script')
    const typed = `pod() { "$0" -- "$POD" "$@"; }; ${command} | grep -m 1 line`
    const env = { POD: podProgram }
    const { code } = await host.run('timeout', ['20', 'sh', '-c', typed, process.execPath], { env })
    assert.is(code, 0)
    await host.stop('quiet-script')
  })
}

test('a pod that floods its log leaves the host responsive, and can be stopped', async () => {
  await fresh('flooding')
  await tell('flooding', 'flood')
  const before = files('flooding').length
  const client = await host.client()
  for (let ask = 0; ask < 50; ask++) await client.call('host.info', {})
  await until(() => files('flooding').length > before, 'it floods')
  assert.is((await client.call('pod.logs', { name: 'flooding', limit: 100 })).entries.length, 100)
  client.close()
  await host.stop('flooding')
  const dir = join(host.data, 'logs/flooding')
  const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)
  assert.ok(bytes < logPodBytes + 2 * logFileBytes, `${bytes} bytes are kept`)
})

test('pod logs NAME shows nothing of a removed pod of that name, and a failed start its own lines alone', async () => {
  await fresh('again')
  await tell('again', 'log', 'the old one')
  await host.remove('again')
  await host.push('crash-at-start', 'again')
  const failed = await host.pod('start', 'local', 'again', '--restart', 'never')
  assert.is(failed.code, 1)
  assert.match(failed.stderr, /The last lines of again:/)
  assert.not.match(failed.stderr, /the old one/)
  const again = await host.pod('start', 'local', 'again', '--restart', 'never')
  assert.not.match(again.stderr, /again\.1 /, 'nothing of the start before')
  const shown = await host.ok('logs', 'local', 'again')
  assert.not.match(shown, /the old one/)
  assert.match(shown, /pushed v1/)
})

test('--time "last 5 mins" finds the last lines of a log of 100 MB', async () => {
  await keeping.up()
  await keeping.push('writer', 'huge')
  await keeping.begin('huge')
  await keeping.stop('huge')
  const file = join(keeping.data, 'logs/huge/1.log')
  writeFileSync(file, '')
  const nowMs = Date.now()
  const total = 100_000
  const block = 5000
  // One line every 200 ms, so that the file spans more than five hours; the last 300 s are 1,500 lines.
  const everyMs = 200
  const timeMs = (line: number) => nowMs - (total - 1 - line) * everyMs
  for (let first = 0; first < total; first += block) {
    const text = Array.from(
      { length: block },
      (_, index) => `${logTime(timeMs(first + index))} stdout F line ${first + index} ${'x'.repeat(1000)}\n`,
    )
    appendFileSync(file, text.join(''))
  }
  assert.ok(statSync(file).size > 100_000_000)
  const askedAtMs = Date.now()
  // Of the whole host, since the lines are older than the pod.
  const answer = await keeping.ok('logs', 'local', '--time', 'last 5 mins', '--json')
  const answeredAtMs = Date.now()
  const found = answer
    .trim()
    .split('\n')
    .map(text => JSON.parse(text) as LogEntry)
    .filter(({ source, pod }) => source !== 'host' && pod === 'huge')
  const numbers = found.map(({ text }) => Number(text.split(' ')[1]))
  assert.is(numbers.at(-1), total - 1)
  assert.equal(
    numbers,
    Array.from(numbers, (_, index) => total - numbers.length + index),
    'none is missing',
  )
  // The five minutes began somewhere between those of the question and those of the answer.
  const first = timeMs(numbers[0] ?? 0)
  assert.ok(
    first >= askedAtMs - 300_000 && first <= answeredAtMs - 300_000 + everyMs,
    `from ${first - askedAtMs} ms on`,
  )
  assert.match(await keeping.ok('logs', 'local', 'huge', '-n', '1', '--tag', 'stdout'), `line ${total - 1} x`)
})

needs(test, 'script')('a time that was understood is told at a terminal, and nowhere else', async () => {
  const asked = ['logs', 'local', 'writer', '--time', '2026-01-02 03:04 to 2026-01-02 03:05', '--data', host.data]
  const env = { ...host.env, TZ: 'Europe/Berlin' }
  const screen = new Screen([process.execPath, join(root, 'bin/pod.cjs'), ...asked], { env, cwd: host.dir })
  assert.is(await screen.ended(), 0)
  assert.is(screen.text.trim(), 'from Fri 2026-01-02 03:04:00 +01:00 to Fri 2026-01-02 03:05:00 +01:00')
  const { stdout, stderr } = await host.pod(...asked)
  assert.equal([stdout, stderr], ['', ''])
})

test.run()
