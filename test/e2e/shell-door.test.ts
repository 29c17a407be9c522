// The shell's own port, by TLS and a password, as people with nothing but a TLS client see it.
import { spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tls from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AuditEntry } from '../../protocol/words-host.ts'
import { needs } from '../needs.ts'
import { root } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('shell door')
const host = new TestHost()
const password = 'correct horse battery'
let address = ''

test.before(async () => {
  const refused = await host.pod('host', 'start', '--detach', '--port', '0', '--shell-port', '0')
  assert.is(refused.code, 1)
  assert.match(refused.stderr, /it has no password\nhint: Set one: pod host password/)
  const set = [join(root, 'bin/pod.cjs'), 'host', 'password', '--data', host.data]
  const short = await host.run(process.execPath, set, { input: 'short\n' })
  assert.is(short.code, 2)
  assert.match(short.stderr, /it has 5 characters\nhint: It needs at least 12/)
  await host.run(process.execPath, set, { input: `${password}\n` })
  assert.is(statSync(join(host.data, 'shell-password')).mode & 0o777, 0o600)
  writeFileSync(
    join(host.data, 'host.json'),
    JSON.stringify({ v: 1, id: 'test', settings: { shellAttempts: 4, shellLoginTimeout: '8s' } }),
  )
  await host.up('--shell-port', '0')
  address = (await host.ask('host.info', {})).shellAddress ?? ''
  await host.push('talker')
  await host.begin('talker')
})
test.after(() => host.dispose())

class Visitor {
  text = ''
  isGone = false
  #socket: tls.TLSSocket

  constructor(options: { allowHalfOpen?: boolean } = {}) {
    const port = Number(address.split(':').at(-1))
    this.#socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options } as object)
    this.#socket.setEncoding('utf8').on('data', chunk => {
      this.text += chunk
    })
    this.#socket
      .on('error', () => {})
      .on('close', () => {
        this.isGone = true
      })
  }

  say(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  async sees(end: string): Promise<void> {
    await until(() => this.text.endsWith(end), `it shows ${end}`).catch(() => assert.is(this.text, end))
  }

  leave(): void {
    this.#socket.destroy()
  }
}

test('after the password it is the prompt of the shell, with verbs, errors and commands of pods that ask', async () => {
  const visitor = new Visitor()
  await visitor.sees('Password: ')
  visitor.say(password)
  await visitor.sees('local> ')
  visitor.say('worker info')
  await visitor.sees('\ntalker  1        1       0\nlocal> ')
  visitor.say('nonsense')
  await visitor.sees('error: Unknown command "nonsense"\nhint: All commands: help\nlocal> ')
  visitor.say('shell talker')
  await visitor.sees('local talker> ')
  visitor.say('double')
  await visitor.sees('A number: ')
  visitor.say('21')
  await visitor.sees('21 and 21 is 42\nDoubled by double\nlocal talker> ')
  visitor.say('shell')
  await visitor.sees('\nlocal talker> local> ')
  visitor.say('.exit')
  await until(() => visitor.isGone, 'it is closed')
})

needs(test, 'openssl')('openssl s_client is all one needs', async () => {
  const client = spawn('openssl', ['s_client', '-quiet', '-connect', address], { stdio: ['pipe', 'pipe', 'ignore'] })
  let seen = ''
  client.stdout.setEncoding('utf8').on('data', text => {
    seen += text
  })
  await until(() => seen.endsWith('Password: '), 'it asks')
  client.stdin.write(`${password}\n`)
  await until(() => seen.endsWith('local> '), 'it is in')
  client.stdin.write('status talker\n')
  await until(() => /\nstatus +up\n/.test(seen) && seen.endsWith('local> '), 'it answers')
  client.stdin.write('.exit\n')
  await until(() => client.exitCode !== null, 'it has left')
})

test('whoever leaves takes the prompt away', async () => {
  const visitor = new Visitor()
  await visitor.sees('Password: ')
  visitor.say(password)
  await visitor.sees('local> ')
  visitor.leave()
  const count = (what: string) => readFileSync(join(host.data, 'logs/host.log'), 'utf8').split(what).length
  await until(() => count('a person has left') === count('a person has entered'), 'the prompt is gone')
})

test('what is done at the prompt is in the audit log with the address it came from', async () => {
  const visitor = new Visitor()
  await visitor.sees('Password: ')
  visitor.say(password)
  await visitor.sees('local> ')
  visitor.say('stop talker')
  await until(() => visitor.text.includes('talker is idle'), 'it is stopped')
  visitor.leave()
  await host.begin('talker')
  const { entries } = await host.json<{ entries: AuditEntry[] }>('host', 'audit')
  const found = entries.filter(({ verb }) => verb === 'pod.stop' || verb === 'pod.start').slice(-2)
  assert.equal(
    found.map(({ who, from }) => [who, from]),
    [
      ['local', 'shell 127.0.0.1'],
      ['local', 'unix'],
    ],
  )
})

test('who leaves while the password is looked at leaves no prompt behind', async () => {
  const count = () => readFileSync(join(host.data, 'logs/host.log'), 'utf8').split('a person has entered').length
  const before = count()
  const visitor = new Visitor()
  await visitor.sees('Password: ')
  visitor.say(password)
  visitor.leave()
  const next = new Visitor()
  await next.sees('Password: ')
  next.say(password)
  await next.sees('local> ')
  next.leave()
  assert.is(count(), before + 1)
})

test('who says nothing and does not close loses the place all the same', async () => {
  const silent = Array.from({ length: 8 }, () => new Visitor({ allowHalfOpen: true }))
  await Promise.all(silent.map(visitor => visitor.sees('Too late.\n')))
  const visitor = new Visitor()
  await visitor.sees('Password: ')
  for (const each of [...silent, visitor]) each.leave()
})

test('a host that is stopped says so to those who are here', async () => {
  const [visitor, early] = [new Visitor(), new Visitor()]
  await visitor.sees('Password: ')
  visitor.say(password)
  await visitor.sees('local> ')
  await early.sees('Password: ')
  await host.ok('host', 'stop')
  for (const each of [visitor, early]) await each.sees('\nThe host is stopped.\n')
  await host.up('--shell-port', address.split(':').at(-1) ?? '')
})

test('wrong passwords are told, few, and shut their address out', async () => {
  const visitor = new Visitor()
  for (const expected of ['Password: ', 'Password: Wrong password.\nPassword: ']) {
    await visitor.sees(expected)
    visitor.say('wrong')
  }
  await visitor.sees('Wrong password.\nPassword: ')
  visitor.say('x'.repeat(5000))
  await until(() => visitor.isGone, 'a line that is too long ends it')
  const again = new Visitor()
  for (const _ of [1, 2]) {
    await again.sees('Password: ')
    again.say('wrong again')
    await until(() => again.text.split('Wrong').length > _, 'it is told')
  }
  await until(() => again.isGone, 'it is shut out')
  assert.match(again.text, /Too many wrong passwords from 127\.0\.0\.1\. Try again in 10 minutes\.\n$/)
  const right = new Visitor()
  await until(() => right.isGone, 'it stays shut out')
  assert.not.match(right.text, /Password/)
})

test.run()
