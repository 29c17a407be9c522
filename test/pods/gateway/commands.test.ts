import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Commanded, commandsOf } from '../../../pods/gateway/commands.ts'

/** What a command shows, and then what it returns. */
async function shown(commanded: Partial<Commanded>, ...argv: string[]): Promise<string> {
  const parts: string[] = []
  const send = async (text: string) => void parts.push(text)
  const unasked = async () => ''
  const value = await commandsOf(() => commanded as Commanded)[argv[0] ?? '']?.(argv, send, unasked, {} as never)
  if (value !== undefined) parts.push(typeof value === 'string' ? value : JSON.stringify(value))
  return parts.join('')
}

/** The error of a command that was typed wrongly. */
async function misused(commanded: Partial<Commanded>, ...argv: string[]): Promise<Error & { hint: string }> {
  try {
    await shown(commanded, ...argv)
  } catch (error) {
    assert.is((error as { code?: string }).code, 'usage', String(error))
    return error as Error & { hint: string }
  }
  throw new Error(`pod ${argv.join(' ')} is no misuse`)
}

test('commandsOf() shows routes with their pods, and says what to do where there is none', async () => {
  const route = {
    host: 'a.test',
    path: '/x',
    strip: false,
    http: 'h1',
    pod: 'web',
    isWanted: true,
    isRuled: false,
    segments: 1,
    status: 'up',
  } as const
  assert.is(await shown({ routes: () => [route] }, 'routes'), 'a.test/x  web  up\n')
  assert.match(await shown({ routes: () => [route] }, 'routes', '--json'), /^\{"routes":\[\{"host":"a.test"/)
  const hindered = { ...route, problem: 'it has no port' }
  assert.is(await shown({ routes: () => [hindered] }, 'routes'), 'a.test/x  web  up, but it has no port\n')
  const exceptions = [
    { at: 'x.a.test', pod: 'shop' },
    { at: 'y.a.test/api', pod: 'api' },
  ]
  const wild = { ...route, host: '*.a.test', path: '/', exceptions }
  assert.is(
    await shown({ routes: () => [wild] }, 'routes'),
    '*.a.test/  web  up, without x.a.test (shop), y.a.test/api (api)\n',
  )
  const many = { ...wild, exceptions: Array.from({ length: 9 }, () => ({ at: 'x.a.test', pod: 'shop' })) }
  assert.match(await shown({ routes: () => [many] }, 'routes'), / x\.a\.test \(shop\) and 6 more\n$/)
  assert.match(await shown({ routes: () => [] }, 'routes'), /pod start REMOTE NAME .*--route app\.example\.com/)
})

test('commandsOf() shows what was counted as a table or as JSON, and how to ask for it', async () => {
  const stats = async () => ({ runs: 1, connections: 2, pods: {} })
  const certificates = () => undefined
  const problem = () => undefined
  const unruled = () => []
  assert.match(
    await shown({ stats, certificates, problem, unruled }, 'gateway', 'status'),
    /^1 run, 2 connections\nPOD /,
  )
  assert.is(
    await shown({ stats, certificates, problem, unruled }, 'gateway', 'status', '--json'),
    '{"runs":1,"connections":2,"pods":{}}',
  )
  assert.match(await shown({ stats, certificates, problem, unruled }, 'gateway', '--help'), /^pod gateway status/)
  for (const words of [[], ['status', 'web'], ['other']]) {
    const error = await misused({ stats, certificates, problem, unruled }, 'gateway', ...words)
    assert.match(error.hint, /^Usage: pod gateway status/)
  }
  const broken = { stats, certificates, unruled, problem: () => 'line 2: no' }
  assert.match(await shown(broken, 'gateway', 'status'), /^The rules are broken, .*: line 2: no\n1 run/)
  assert.match(await shown(broken, 'gateway', 'status', '--json'), /"rules":"line 2: no"/)
  const left = { stats, certificates, problem, unruled: () => ['pod b does not get the route a.test: a has it'] }
  assert.match(
    await shown(left, 'gateway', 'status'),
    /^By the rules, pod b does not get the route a\.test: a has it\n1 run/,
  )
  assert.match(await shown(left, 'gateway', 'status', '--json'), /"unruled":\["pod b /)
  const tls = { certificates: [], faults: [{ label: 'a.pem', text: 'it has no key' }] }
  const secure = { stats, problem, unruled, certificates: () => tls }
  assert.match(await shown(secure, 'gateway', 'status'), /\ncertificate a\.pem: it has no key\n$/)
  assert.match(await shown(secure, 'gateway', 'status', '--json'), /"tls":\{"certificates":\[\]/)
})

test('commandsOf() pauses and resumes what is named, for as long as is said', async () => {
  const pause = async (name: string, forMs: number | undefined) => (name === 'web' && forMs === undefined ? 0 : 2)
  assert.is(await shown({ pause }, 'pause', 'web'), 'web is paused\n')
  assert.is(await shown({ pause }, 'pause', 'web', '--for', '30s'), 'web is paused for 30 s; 2 still under way\n')
  assert.is(await shown({ pause }, 'pause', '--for=1m', 'web'), 'web is paused for 60 s; 2 still under way\n')
  assert.match(await shown({ pause }, 'pause', '--help'), /^pod pause NAME/)
  for (const words of [[], ['--for', '30s'], ['web', 'other']])
    assert.match((await misused({ pause }, 'pause', ...words)).hint, /^Usage: pod pause NAME/)
  assert.match((await misused({ pause }, 'pause', 'web', '--for', 'abc')).message, /--for/)
  const failed = await shown({ pause }, 'pause', 'web', '--for', 'ever').catch((error: Error) => error.message)
  assert.is(failed, '--for is "ever", which is no time such as 500ms, 30s or 5m, of at most 24 days')
  const resume = async (name: string) => name === 'web'
  assert.is(await shown({ resume }, 'resume', 'web'), 'web is resumed\n')
  assert.is(await shown({ resume }, 'resume', 'other'), 'other was not paused\n')
  assert.match((await misused({ resume }, 'resume')).hint, /^Usage: pod resume NAME/)
})

test.run()
