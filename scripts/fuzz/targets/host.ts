// A real host and everything that leads into it: its doors, its link, and its files.
import assert from 'node:assert/strict'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { asItIs, TestHost } from '../../../test/e2e/harness.ts'
import { exchange } from '../exchange.ts'
import { cuts, inChunks, oddText } from '../garbage.ts'
import { messageText } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'
import { checkTold, jsonOf } from '../told.ts'
import { checkAnswers, checkModes, Watched } from '../watched.ts'
import { linkMessage } from './link.ts'
import { desiredText, noteText, recordText, scheduleText } from './state.ts'
import { checkView, type Viewed, viewed, viewText } from './view.ts'

const texts = fc.oneof({ weight: 5, arbitrary: fc.array(messageText, { maxLength: 4 }) }, fc.array(oddText))
const said = fc.record({
  door: fc.constantFrom('unix', 'tcp', 'tcp', 'http', 'http'),
  isAuthorized: fc.boolean(),
  lines: texts,
  cuts,
})
const linked = fc.record({
  door: fc.constantFrom('link', 'run'),
  lines: fc.array(linkMessage, { maxLength: 4 }),
  cuts,
})
const filed = fc.record({
  door: fc.constant('file'),
  at: fc.constantFrom(
    'pods/fuzzed/pod.json',
    'pods/fuzzed/runs/7.json',
    'pods/fuzzed/runs',
    'pods/fuzzed/schedule.json',
    'pods/job/schedule.json',
    'pods/job/runs/7.json',
    'pods/job/runs/7.exit',
    'pods/odd',
    'logs/kept/9.log',
  ),
  text: fc.oneof(desiredText, recordText, scheduleText, noteText, oddText),
})

type Said = { door: string; isAuthorized?: boolean | undefined; lines: string[]; cuts: number[] }
type Filed = { door: string; at: string; text: string }

export const host: Target = {
  id: 'host',
  promise: 'a host goes on, tells strangers nothing, keeps within its memory, and its files to itself',
  open: async () => {
    const host = new TestHost(asItIs)
    await host.up()
    await host.push('forever', 'kept')
    await host.begin('kept')
    const client = await host.client()
    await client.call('pod.push', { name: 'job', code: 'exit 0', kind: 'script' }).finally(() => client.close())
    const watched = new Watched(host)
    return {
      property: holdsFor(
        fc.oneof(
          { weight: 6, arbitrary: said },
          { weight: 2, arbitrary: linked },
          { weight: 3, arbitrary: viewed },
          filed,
        ),
        async input => {
          if ('at' in input) put(host, input)
          else if ('target' in input) await view(host, input)
          else await speak(host, input)
          watched.check()
        },
      ),
      close: async () => {
        try {
          watched.check()
          checkModes(host.data)
          await checkAnswers(host)
          // The next host reads all that was left in its files.
          await host.killHost()
          await host.up()
          await checkAnswers(host)
          checkModes(host.data)
        } finally {
          await host.dispose()
        }
      },
    }
  },
}

async function view(host: TestHost, asked: Viewed): Promise<void> {
  const text = viewText(asked, asked.isAuthorized ? host.token : undefined)
  const answer = await exchange({ host: '127.0.0.1', port: host.port }, inChunks(Buffer.from(text), asked.cuts))
  checkView(answer, asked.isAuthorized)
}

async function speak(host: TestHost, { door, isAuthorized, lines, cuts }: Said): Promise<void> {
  const text =
    door === 'http'
      ? httpText(lines, isAuthorized ? host.token : undefined)
      : lineText(host, { door, isAuthorized, lines })
  const to = { unix: 'host.sock', link: 'link.sock', run: 'link.sock' }[door]
  const answer = await exchange(
    to === undefined ? { host: '127.0.0.1', port: host.port } : { path: join(host.data, to) },
    inChunks(Buffer.from(text), cuts),
  )
  if (door === 'link') checkLink(answer)
  else if (door !== 'run') checkTold(answer, door === 'unix' || isAuthorized === true)
}

function lineText(
  host: TestHost,
  { door, isAuthorized, lines }: Pick<Said, 'door' | 'isAuthorized' | 'lines'>,
): string {
  const auth = { jsonrpc: '2.0', id: 'auth', method: 'host.auth', params: { token: host.token } }
  const first = door === 'tcp' && isAuthorized ? [JSON.stringify(auth)] : door === 'run' ? [helloOf(host)] : []
  // A letter would make it HTTP.
  return `${[...first, ...lines].join('\n')}\n`.replace(/^[A-Za-z]/, '{')
}

/** What the run of `kept` says first, with its ticket: from there on the link is its own. */
function helloOf(host: TestHost): string {
  const [file = ''] = readdirSync(join(host.data, 'pods/kept/runs')).filter(name => name.endsWith('.json'))
  const { ticket, pid } = JSON.parse(readFileSync(join(host.data, 'pods/kept/runs', file), 'utf8'))
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params: { ticket, pid, state: 'up' } })
}

function httpText(lines: string[], token: string | undefined): string {
  const body = lines[0] ?? ''
  const auth = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
  const head = `host: localhost\r\n${auth}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  return `POST /rpc HTTP/1.1\r\n${head}${body}${lines.slice(1).join('')}`
}

/** No process without a ticket is told anything but to end. */
function checkLink(answer: string): void {
  for (const { result, error } of jsonOf(answer) as { result?: unknown; error?: unknown }[]) {
    if (error) continue
    assert.ok(result === null || (result as { do?: string }).do === 'end', JSON.stringify(result))
  }
}

function put(host: TestHost, { at, text }: Filed): void {
  const path = join(host.data, at)
  const isFile = at.includes('.')
  const folder = join(path, '..')
  rmSync(path, { recursive: true, force: true })
  if (lstatSync(folder, { throwIfNoEntry: false })?.isFile()) rmSync(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // A file where a folder should be, too.
  writeFileSync(path, text, { mode: 0o600 })
  if (!isFile && text.length % 2 === 0) {
    rmSync(path)
    mkdirSync(path, { mode: 0o700 })
  }
}
