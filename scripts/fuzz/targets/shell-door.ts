// The shell's own port: whatever comes instead of the password, behind it, or of TLS at all.
import assert from 'node:assert/strict'
import { randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tls from 'node:tls'
import fc from 'fast-check'
import { asItIs, TestHost } from '../../../test/e2e/harness.ts'
import { until } from '../../../test/until.ts'
import { dial, exchangeBytes, type Leaving, leaving } from '../exchange.ts'
import { cuts, inChunks, oddText } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { checkAnswers, checkModes, Watched } from '../watched.ts'

const password = 'correct horse battery'

const bytes = fc.oneof(
  oddText.map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map(part => Buffer.from(part)),
  fc.constantFrom(password.slice(1), `${password}\0`, ` ${password}`, password.toUpperCase()).map(wrong),
  fc.constantFrom('\x03', '\x04', '\x1a', '\x1b[A\x1b[B', '\x7f\x7f', '\xff\xf4\xff\xfd\x06', '\r').map(wrong),
  fc.constantFrom(1023, 1024, 1025, 70_000).map(length => Buffer.alloc(length, 'x')),
)
/** What is typed at the prompt; nothing that ends the host or changes what it has. */
const typed = fc.oneof(
  fc.constantFrom(
    'help',
    'status',
    'status kept',
    '.exit',
    'worker info',
    'shell kept',
    'logs kept',
    'shell',
    '"',
    '\\',
  ),
  fc.constantFrom('logs kept --follow', 'status --json', 'status --watch', 'x'.repeat(200_000)),
  bytes.map(part => part.toString('latin1')),
)
const visitor = fc.record({
  /** In the clear where it should be TLS. */
  isPlain: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  said: fc.array(fc.tuple(bytes, fc.constantFrom('\n', '\n', '\r\n', '')), { maxLength: 4 }),
  leaving: fc.oneof(leaving, fc.constantFrom<Leaving>('destroy', 'reset')),
  cuts,
})
const guest = fc.record({ typed: fc.array(typed, { maxLength: 6 }), leaving, cuts })
/** Many at once, since each wrong password takes its second. */
const crowd = fc.record({ visitors: fc.array(visitor, { maxLength: 10 }), guests: fc.array(guest, { maxLength: 2 }) })

type Visitor = { isPlain: boolean; said: [Buffer, string][]; leaving: Leaving; cuts: number[] }
type Guest = { typed: string[]; leaving: Leaving; cuts: number[] }

export const shellDoor: Target = {
  id: 'shell-door',
  promise:
    "the shell's port tells nobody without the password more than to say it, and every prompt ends with its person",
  open: async () => {
    const host = new TestHost(asItIs)
    mkdirSync(host.data, { mode: 0o700 })
    const settings = {
      maxShells: 64,
      maxShellLogins: 64,
      shellAttempts: 1e9,
      shellLoginTimeout: '3s',
      authTimeout: '2s',
    }
    writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'fuzzed', settings }), { mode: 0o600 })
    writeFileSync(join(host.data, 'shell-password'), cheaply(password), { mode: 0o600 })
    await host.up('--shell-port', '0')
    await host.push('talker', 'kept')
    await host.begin('kept')
    const port = Number((await host.ask('host.info', {})).shellAddress?.split(':').at(-1))
    const watched = new Watched(host)
    return {
      property: holdsFor(crowd, async ({ visitors, guests }) => {
        await Promise.all([...visitors.map(one => visit(port, one)), ...guests.map(one => enter(port, one))])
        watched.check()
      }),
      close: async () => {
        try {
          watched.check()
          await watched.checkClosed()
          const count = (what: string) => readFileSync(join(host.data, 'logs/host.log'), 'utf8').split(what).length
          await until(() => count('a person has left') === count('a person has entered'), 'every prompt has ended')
          await checkAnswers(host)
          assert.equal((await host.status('kept')).status, 'up')
          checkModes(host.data)
        } finally {
          await host.dispose()
        }
      },
    }
  },
}

async function visit(port: number, { isPlain, said, leaving, cuts }: Visitor): Promise<void> {
  const chunks = inChunks(Buffer.concat(said.flatMap(([part, end]) => [part, Buffer.from(end)])), cuts)
  const wire = dial({ host: '127.0.0.1', port })
  const socket = isPlain ? wire : tls.connect({ socket: wire, rejectUnauthorized: false })
  const answer = await exchangeBytes(socket, { chunks, leaving, wire })
  if (!isPlain) assert.match(answer.toString(), /^(Password: (Wrong password\.\n)?)*(Too late\.\n)?$/)
}

/** Somebody with the password, whatever is typed then. */
async function enter(port: number, { typed, leaving, cuts }: Guest): Promise<void> {
  const chunks = inChunks(Buffer.from(`${password}\n${typed.join('\n')}\n`), cuts)
  const wire = dial({ host: '127.0.0.1', port })
  const socket = tls.connect({ socket: wire, rejectUnauthorized: false })
  const answer = (await exchangeBytes(socket, { chunks, leaving, wire })).toString()
  assert.match(answer, /^(Password: |$)/)
  assert.doesNotMatch(answer, /\n {4}at .*:\d+:\d+/, answer.slice(-2000))
}

function wrong(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** As the host keeps a password, but at a cost at which many can be tried. */
export function cheaply(text: string): string {
  const [N, r, p, salt] = [16, 8, 1, randomBytes(16)]
  const hash = scryptSync(text, salt, 32, { N, r, p })
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}
