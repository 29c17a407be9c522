// Who may come in, and what those can do who may not: tokens, roles and paths, the audit log, and what a connection is
// worth before it is known and after. TLS is in tls.test.ts, garbage in fuzz and wire.test.ts.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Client, connect } from '../../cli/client/client.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput, MethodName } from '../../protocol/methods.ts'
import type { AuditEntry, TokenInfo } from '../../protocol/words-host.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { fixture, podProgram } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('security')

/** Limits that a test can reach, and waits that it can wait for. */
const settings = {
  authTimeout: 1500,
  idleTimeout: 1500,
  maxUnauthorizedConnections: 50,
  maxUnreadBytes: 1024 * 1024,
  maxWrongTokens: 5,
  wrongTokenDelay: 200,
  wrongTokenWindow: 2000,
}

const host = new TestHost()
const open: Client[] = []

test.before(async () => {
  mkdirSync(host.data, { mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'security', settings }))
  await host.up()
  await host.push('namespace', 'owner')
  await host.begin('owner')
  await host.push('puppet')
  await host.begin('puppet')
})
test.after.each(() => {
  for (const client of open.splice(0)) client.close()
})
test.after(() => host.dispose())

async function makeToken(name: string, ...options: string[]): Promise<string> {
  return (await host.json<{ token: string }>('host', 'token', 'add', name, ...options)).token
}

async function clientWith(token: string): Promise<Client> {
  const client = await connect(`127.0.0.1:${host.port}`, { token })
  open.push(client)
  return client
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'ok',
    error => (error instanceof P8aError ? error.code : String(error)),
  )
}

const request = (method: string, more: object = {}) => `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, ...more })}\n`

/** A connection as an enemy has it. */
class Raw {
  readonly socket: net.Socket
  text = ''
  isClosed = false

  /** @param localAddress what the host sees it come from: what it does wrong is held against that address */
  constructor(localAddress = '127.0.0.1') {
    this.socket = net.connect({ host: '127.0.0.1', port: host.port, localAddress })
    this.socket.on('error', () => {}).on('data', chunk => (this.text += chunk))
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  get codes(): string[] {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line).error?.data?.code ?? 'ok')
  }

  async closed(): Promise<this> {
    if (!this.isClosed) await until(() => this.isClosed, 'the connection is closed')
    return this
  }
}

const podParams = { name: 'puppet' }
const code = 'export default () => {}'

function claimNameOf({ data }: TestHost): string {
  mkdirSync(data, { mode: 0o700 })
  const { dev, ino } = statSync(data, { bigint: true })
  return `p8a-${createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)}`
}

test('a claim is waited for while its holder is going: a killed host may leave it to a child for a moment', async () => {
  const other = new TestHost()
  const going = `require('net').createServer(socket => socket.end(() => console.log('asked'))).listen('\\0${claimNameOf(other)}', () => console.log('there'))
    process.stdin.once('data', () => process.exit())`
  const holder = spawn(process.execPath, ['-e', going], { cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] })
  let said = ''
  let isGone = false
  holder.stdout.on('data', text => (said += text))
  holder.once('exit', () => {
    isGone = true
  })
  await until(() => said.includes('there'), 'the holder has the claim')
  const up = other.up().then(() => isGone)
  // It asks again until the holder is gone.
  await until(() => said.split('asked').length > 2, 'the host has asked twice')
  holder.stdin.write('go')
  assert.ok(await up, 'the holder was gone before the host was up')
  await other.dispose()
})

needs(test, 'root')(
  'another user who takes the name of a claim keeps a host from starting, and is named, whatever he answers',
  async () => {
    const other = new TestHost()
    const name = claimNameOf(other)
    // It changes its user by itself: another user need not be able to read the program of Node.
    const endless = `process.setgid(65534)
    process.setuid(65534)
    require('net').createServer(s => { s.on('error', () => {}); setInterval(() => s.write('{"pid":1,'.repeat(1000)), 1) })
    .listen('\\0${name}', () => console.log('there'))`
    const squatter = spawn(process.execPath, ['-e', endless], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await once(squatter.stdout, 'data')
      const { code, message, pid } = await other.refused('host', 'start', '--detach', '--port', '0')
      assert.equal([code, pid], ['host_running', squatter.pid])
      assert.match(
        message,
        new RegExp(`process ${squatter.pid} of user 65534 has the name by which a host claims that directory`),
      )
    } finally {
      squatter.kill('SIGKILL')
      await once(squatter, 'close')
    }
    await other.up()
    await other.dispose()
  },
)

test('each role may do what it is for, over lines and over HTTP, and no more', async () => {
  const tries: [MethodName, object][] = [
    ['pod.status', podParams],
    ['pod.logs', podParams],
    ['pod.push', { name: 'pushed', code }],
    ['pod.call', { ...podParams, fn: 'add', args: [1, 2] }],
    ['host.token.list', {}],
    ['host.audit', {}],
  ]
  for (const [role, may] of [
    ['read', 2],
    ['deploy', 4],
    ['admin', 6],
  ] as const) {
    const token = await makeToken(`may-${role}`, '--role', role)
    for (const [index, [method, params]] of tries.entries()) {
      const expected = index < may ? 'ok' : 'forbidden'
      // Of its own: one that is idle for long is ended here.
      const client = await clientWith(token)
      assert.is(await codeOf(client.call(method, params as MethodInput<typeof method>)), expected, `${role}: ${method}`)
      const { status } = await fetch(`http://127.0.0.1:${host.port}/rpc`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: request(method, { params }),
      })
      assert.is(status, index < may ? 200 : 403, `${role}: ${method} over HTTP`)
    }
  }
  const refused = await host
    .refused('push', 'local', 'x', fixture('puppet'), '--token', 'of-no-use-here')
    .catch(() => undefined)
  assert.is(refused, undefined, 'the Unix socket asks for no token')
})

test('the command says what a token may not, with exit code 4', async () => {
  await host.ok(
    'remote',
    'add',
    'reader',
    `localhost:${host.port}`,
    '--token',
    await makeToken('reader', '--role', 'read'),
  )
  await host.ok('status', 'reader')
  const { exit, code, message, hint } = await host.refused('stop', 'reader', 'puppet')
  assert.equal([exit, code], [4, 'forbidden'])
  assert.match(message, /Cannot do pod\.stop: your token may not/)
  assert.match(hint, /role read/)
})

test('a token that is confined to a path sees that path and nothing else', async () => {
  const client = await clientWith(await makeToken('inside', '--role', 'admin', '--path', 'inner'))
  const at = (path: string) => ({ path })
  await client.call('pod.push', { path: 'inner', name: 'web', code })
  assert.equal(
    (await client.call('pod.list', at('inner'))).pods.map(({ name }) => name),
    ['web'],
  )
  assert.equal((await client.call('host.info', at('inner'))).hosts, ['inner'])
  for (const path of ['', 'inner2', 'inne', 'innerx', 'second', 'inner.'.slice(0, 5).toUpperCase()]) {
    for (const call of [
      client.call('pod.list', at(path)),
      client.call('host.info', at(path)),
      client.call('pod.logs', at(path)),
      client.call('host.audit', at(path)),
      client.call('host.token.list', at(path)),
      client.call('pod.push', { path, name: 'x', code }),
      client.call('pod.call', { path, ...podParams, fn: 'tell' }),
    ]) {
      assert.is(await codeOf(call), 'forbidden', path)
    }
  }
  assert.is(await codeOf(client.call('pod.list', {})), 'forbidden', 'no path is the root')
  assert.is(await codeOf(client.call('host.stop', at('inner'))), 'forbidden', 'there is one daemon for all')
  assert.is(await codeOf(client.call('host.token.add', { name: 'out', role: 'read' })), 'forbidden')
  const missing = await client.call('pod.list', at('inner.none')).catch(error => error)
  assert.equal([missing.code, missing.hint.includes('owner')], ['host_not_found', false])
  await host.stop('owner')
  const gone = await client.call('pod.list', at('inner')).catch(error => error)
  assert.equal(
    [gone.code, `${gone.message} ${gone.hint} ${JSON.stringify(gone.facts)}`.includes('owner')],
    ['host_gone', false],
  )
  await host.begin('owner')
  const { tokens } = await client.call('host.token.list', at('inner'))
  assert.equal(
    tokens.map(({ name }) => name),
    ['inside'],
  )
  const { entries } = await client.call('host.audit', at('inner'))
  assert.ok(entries.length > 0 && entries.every(({ path }) => path === 'inner'))
})

test('a token that is removed, or whose time is over, ends at once, with the connections it opened', async () => {
  for (const [name, options, end] of [
    ['removed', [], () => host.ok('host', 'token', 'remove', 'removed')],
    ['expired', ['--expires', '2s'], async () => undefined],
  ] as const) {
    const token = await makeToken(name, ...options)
    const [idle, follower] = [await clientWith(token), await clientWith(token)]
    const following = follower.logs({ name: 'puppet', follow: true })
    await following.next()
    const rest = codeOf(following.next())
    await end()
    await Promise.all([idle.closed, follower.closed])
    assert.is(await rest, 'host_gone')
    assert.is(await codeOf(clientWith(token)), 'unauthorized', name)
  }
  const { tokens } = await host.json<{ tokens: TokenInfo[] }>('host', 'token', 'list')
  assert.equal(tokens.filter(({ name }) => name === 'removed').length, 0)
})

test('the audit log has the asker, the address, the verb and the outcome of every change, and nothing that is secret', async () => {
  const secret = await makeToken('auditor', '--role', 'deploy')
  const client = await clientWith(secret)
  await client.call('pod.push', { name: 'audited', code: `${code} // the-secret-of-the-code` })
  await client.call('pod.start', { name: 'audited', params: { password: 'the-secret-of-the-params' } })
  await codeOf(client.call('pod.start', { name: 'nobody' }))
  await codeOf(client.call('host.stop', {}))
  await client.call('pod.status', { name: 'audited' })
  await client.call('pod.call', { ...podParams, fn: 'add', args: ['the-secret-argument', 2] })
  await host.remove('audited')
  const { entries } = await host.json<{ entries: AuditEntry[] }>('host', 'audit', '--lines', '6')
  const said = entries.map(({ time, uid, ...entry }) => {
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000)
    assert.is(uid, entry.who === 'local' ? process.getuid?.() : undefined)
    return entry
  })
  const by = { who: 'auditor', from: '127.0.0.1', path: '' }
  assert.equal(said, [
    { ...by, verb: 'pod.push', pod: 'audited', outcome: 'ok' },
    { ...by, verb: 'pod.start', pod: 'audited', outcome: 'ok' },
    { ...by, verb: 'pod.start', pod: 'nobody', outcome: 'pod_not_found' },
    { ...by, verb: 'host.stop', outcome: 'forbidden' },
    { ...by, verb: 'pod.call', pod: 'puppet', outcome: 'ok' },
    { who: 'local', from: 'unix', path: '', verb: 'pod.remove', pod: 'audited', outcome: 'ok' },
  ])
  assert.match(await host.ok('host', 'audit'), /pod\.remove +audited +ok/)
  const files = ['audit.log', 'tokens.json', 'logs/host.log'].map(file => join(host.data, file))
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const word of [secret, host.token, 'the-secret']) assert.not.ok(text.includes(word), file)
    assert.is(statSync(file).mode & 0o777, 0o600)
  }
})

test('a secret that is sent in a wrong place does not come back, nor into a log', async () => {
  const secret = 'a-secret-that-nobody-may-see'
  const wrong: object[] = [
    { method: 'host.auth', params: { token: secret, more: 1 } },
    { method: 'host.auth', params: { token: [secret] } },
    { method: 'host.info', token: { secret } },
    { method: 'host.info', token: secret, params: secret },
  ]
  for (const message of wrong) {
    const raw = new Raw('127.0.0.2')
    raw.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, ...message })}\n`)
    assert.not.ok((await raw.closed()).text.includes(secret), raw.text)
  }
  for (const log of readdirSync(join(host.data, 'logs')).filter(file => file.startsWith('host.')))
    assert.not.ok(readFileSync(join(host.data, 'logs', log), 'utf8').includes(secret), log)
})

test('a client that is not known has one line, and is told nothing but that', async () => {
  for (const line of [request('host.info'), request('no.such'), '{broken\n', '[]\n', '[1,2]\n', '7\n', '"text"\n']) {
    const raw = new Raw()
    raw.socket.write(line + request('host.auth', { params: { token: host.token } }) + request('host.info'))
    assert.equal((await raw.closed()).codes, ['unauthorized'], line)
  }
  const long = new Raw()
  long.socket.write('{'.padEnd(9000))
  assert.equal((await long.closed()).codes, ['too_large'])
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/rpc'],
    ['POST', '/elsewhere'],
  ] as const) {
    const response = await fetch(`http://127.0.0.1:${host.port}${path}`, { method })
    assert.equal([response.status, response.headers.get('connection')], [401, 'close'], `${method} ${path}`)
  }
})

test('who is not known in time is closed, whether it says nothing, half a line, or half a request', async () => {
  const all = [
    '',
    '{"jsonrpc"',
    'POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{',
    'GET',
    '\x16\x03\x01',
  ].map(text => {
    const raw = new Raw()
    raw.socket.write(text)
    return raw
  })
  for (const raw of all) await raw.closed()
})

test('a flood of connections that say nothing is bounded, and keeps nobody out', async () => {
  const flood = Array.from({ length: 400 }, () => new Raw())
  await until(
    () => flood.filter(({ isClosed }) => !isClosed).length <= settings.maxUnauthorizedConnections,
    'it is bounded',
  )
  const client = await clientWith(host.token)
  assert.ok((await client.call('pod.list', {})).pods.length > 0)
  for (const { socket } of flood) socket.destroy()
})

test('a wrong token costs time, and too many shut an address out, but for the Unix socket', async () => {
  const startedAtMs = performance.now()
  assert.is(await codeOf(clientWith('wrong')), 'unauthorized')
  assert.ok(performance.now() - startedAtMs >= settings.wrongTokenDelay)
  const post = (token: string) =>
    fetch(`http://127.0.0.1:${host.port}/rpc`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: request('host.info'),
    })
  await Promise.all(Array.from({ length: settings.maxWrongTokens - 1 }, () => post('wrong')))
  const error = await connect(`127.0.0.1:${host.port}`, { token: host.token }).catch(error => error)
  assert.equal([error.code, /Too many wrong tokens/.test(error.message)], ['unauthorized', true])
  assert.is((await post(host.token)).status, 401)
  await host.ok('status', 'local')
  await until(async () => (await post(host.token)).status === 200, 'it may try again')
})

test('who is known and does nothing is closed, but not who waits for an answer', async () => {
  const idle = await clientWith(host.token)
  const follower = await clientWith(host.token)
  const following = follower.logs({ name: 'puppet', follow: true })
  await following.next()
  const next = following.next()
  const half = new Raw()
  half.socket.write(request('host.auth', { params: { token: host.token } }))
  const drip = setInterval(() => half.socket.write('{'), 100)
  await Promise.all([idle.closed, half.closed()])
  clearInterval(drip)
  await host.call('puppet', 'print', 1, 'still there')
  assert.ok(JSON.stringify(await next).includes('still there'))
})

test('a client that asks and does not read is cut off, and harms nobody', async () => {
  const raw = new Raw()
  raw.socket.pause()
  raw.socket.write(request('host.auth', { params: { token: host.token } }))
  let isOver = false
  raw.socket.on('close', () => {
    isOver = true
  })
  // What only reads waits until the client has taken what was sent before; the answers of calls pile up.
  const args = ['x'.repeat(50_000), 'y'.repeat(50_000)]
  const ask = request('pod.call', { params: { name: 'puppet', fn: 'add', args } }).repeat(5)
  await until(() => {
    if (!isOver) raw.socket.write(ask)
    return isOver || readFileSync(join(host.data, 'logs/host.log'), 'utf8').includes('does not read its answers')
  }, 'it is cut off')
  raw.socket.destroy()
  assert.ok((await (await clientWith(host.token)).call('host.info', {})).memory < 400 * 1024 * 1024)
})

test('what is too large is refused before it is read', async () => {
  const raw = new Raw()
  const head = ['POST /rpc HTTP/1.1', 'host: x', `authorization: Bearer ${host.token}`, `content-length: ${10 ** 12}`]
  raw.socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await until(() => raw.text.includes('\r\n\r\n'), 'it is answered')
  assert.match(raw.text, /^HTTP\/1\.1 413 /)
  raw.socket.destroy()
})

test('tokens, invitations and the audit log are refused with a reason where they cannot be', async () => {
  const refused = async (...args: string[]) => (await host.refused(...args)).code
  await makeToken('taken')
  assert.is(await refused('host', 'token', 'add', 'taken'), 'token_exists')
  assert.is(await refused('host', 'token', 'add', 'Wrong'), 'bad_name')
  assert.is(await refused('host', 'token', 'add', 'x', '--role', 'root'), 'usage')
  assert.is(await refused('host', 'token', 'add', 'x', '--expires', 'soon'), 'usage')
  assert.is(await refused('host', 'token', 'add', 'x', '--path', '../x'), 'bad_name')
  assert.is(await refused('host', 'token', 'remove', 'nobody'), 'token_not_found')
  assert.is(await refused('host', 'token', 'nonsense'), 'usage')
  assert.is(await refused('host', 'invite'), 'unsupported')
  assert.is(await refused('remote', 'add', 'x', 'p8a_nonsense'), 'bad_address')
})

/** Listens where a host might be, and keeps what it is told. */
async function eavesdropper(address: string, port: number) {
  let heard = ''
  const server = net.createServer(socket =>
    socket
      .on('data', data => {
        heard += data
        socket.end()
      })
      .on('error', () => {}),
  )
  await new Promise<void>(resolve => server.listen(port, address, resolve))
  const { port: bound } = server.address() as net.AddressInfo
  return { port: bound, heard: () => heard, close: () => server.close() }
}

test('no token found here goes to whoever listens at another loopback address', async () => {
  const other = await eavesdropper('127.0.0.2', host.port)
  await host.pod('remote', 'add', 'other', `127.0.0.2:${host.port}`)
  await host.pod('status', 'other')
  assert.not.ok(other.heard().includes(host.token))
  other.close()
})

test('P8A_TOKEN and --token go to the one host that they are meant for, and not to all that are listed', async () => {
  const stranger = await eavesdropper('127.0.0.1', 0)
  await host.pod('remote', 'add', 'stranger', `127.0.0.1:${stranger.port}`, '--token', 'own-token')
  await host.run(process.execPath, [podProgram, 'remote', 'list'], { env: { P8A_TOKEN: 'secret-of-another' } })
  assert.ok(stranger.heard().includes('own-token'))
  assert.not.ok(stranger.heard().includes('secret-of-another'))
  stranger.close()
})

test('an invitation and a token may come by stdin, where no other user reads them', async () => {
  const token = await makeToken('by-stdin')
  const typed = (args: string[], input: string) => host.run(process.execPath, [podProgram, ...args], { input })
  const invitation = (await host.ok('host', 'invite', 'guest', '--address', `localhost:${host.port}`))
    .trim()
    .split('\n')[0]
  const added = await typed(['remote', 'add', 'invited', '-'], `${invitation}\n`)
  assert.is(added.code, 0, added.stderr)
  const asked = await typed(['status', 'invited', '--token', '-'], `${token}\n`)
  assert.is(asked.code, 0, asked.stderr)
  assert.is((await typed(['status', 'invited', '--token', '-'], 'wrong\n')).code, 4)
})

test('SIGUSR1 opens no inspector in host, pod or keeper, but in a pod that asks for it', async () => {
  const inspector = await freePort()
  await host.push('puppet', 'inspected')
  const start = ['start', 'local', 'inspected', '--env', `NODE_OPTIONS=--inspect-port=127.0.0.1:${inspector}`]
  await host.ok(...start)
  const isOpen = () =>
    new Promise<boolean>(resolve => {
      const socket = net.connect(inspector, '127.0.0.1')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('close', () => {}).unref()
      socket.on('connect', () => socket.destroy())
    })
  const pidOf = async () => (await host.status('inspected')).runs[0]?.pid as number
  process.kill(await pidOf(), 'SIGUSR1')
  process.kill(host.pid, 'SIGUSR1')
  assert.is(await host.call('inspected', 'add', 1, 2), 3)
  assert.is((await host.ask('host.info', {})).pid, host.pid)
  assert.is(await isOpen(), false)
  await host.stop('inspected')
  await host.ok(...start, '--node-flag=--no-disable-sigusr1')
  process.kill(await pidOf(), 'SIGUSR1')
  await until(isOpen, 'the inspector of a pod that asked for it is open')
})

test.run()
