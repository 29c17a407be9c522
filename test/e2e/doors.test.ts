// Bad input to scripts at the three doors, command line, JSON-RPC and HTTP: each is refused with the same code, or, what is no
// mistake, done. What scripts do when all is well is tested in scripts.test.ts and view.test.ts.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ErrorCode, errorTable } from '../../protocol/errors.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('three doors')
const host = new TestHost()

/** How each door is asked the same. A door that cannot be asked is left out. */
type Row = {
  what: string
  code: ErrorCode
  cli?: readonly string[]
  rpc?: readonly [method: string, params: object]
  http?: readonly [method: string, path: string, body?: unknown]
}

test.before(async () => await host.up())
test.after.each(async () => await host.removeAll())
test.after(async () => await host.dispose())

function scriptFile(name: string, content: string): string {
  const file = join(host.dir, name)
  writeFileSync(file, content)
  return file
}

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

async function callRpc(method: string, params: object) {
  const { body } = await ask('POST', '/rpc', { jsonrpc: '2.0', id: 1, method, params })
  return body
}

async function refuse({ what, code, cli, rpc, http }: Row): Promise<void> {
  if (cli) assert.is((await host.refused(...cli)).code, code, `${what}, by the command line`)
  if (rpc) {
    const { error } = await callRpc(...rpc)
    assert.equal([error?.data?.code, error?.code], [code, errorTable[code].rpc], `${what}, by JSON-RPC`)
  }
  if (http) {
    const { status, body } = await ask(...http)
    assert.equal([body.code, status], [code, errorTable[code].http], `${what}, by HTTP: ${JSON.stringify(body)}`)
    assert.type(body.message, 'string')
  }
}

test('bad input has the same code at each of them', async () => {
  const noExec = scriptFile('no-exec', '')
  chmodSync(noExec, 0o644)
  const scripts = {
    missing: '#!/nowhere/at-all\n',
    'not-there': '#!/usr/bin/env no-such-program-at-all\n',
    'not-executable': `#!${noExec}\n`,
    fine: 'exit 0\n',
  }
  for (const [name, content] of Object.entries(scripts)) await host.pushFile(name, scriptFile(`${name}.sh`, content))
  await host.ok('start', 'local', 'fine', '--wait')
  const begin = (name: string) => ({
    cli: ['start', 'local', name],
    rpc: ['pod.start', { name }] as const,
    http: ['POST', '/processes', { command_id: name }] as const,
  })
  const config = (flags: readonly string[], config: object) => ({
    cli: ['start', 'local', 'fine', ...flags],
    rpc: ['pod.start', { name: 'fine', config }] as const,
    http: ['POST', '/processes', { command_id: 'fine', ...config }] as const,
  })
  const create = (name: string, script: string) => ({
    cli: ['push', 'local', name, scriptFile(`of-${script.length}-bytes.sh`, script)],
    rpc: ['pod.push', { name, code: script, kind: 'script' }] as const,
    http: ['POST', '/commands', { name, script }] as const,
  })
  const rows: Row[] = [
    { what: 'a missing interpreter', code: 'bad_interpreter', ...begin('missing') },
    { what: 'an interpreter that env does not find', code: 'bad_interpreter', ...begin('not-there') },
    { what: 'an interpreter that may not be executed', code: 'bad_interpreter', ...begin('not-executable') },
    { what: 'a script that is not there', code: 'pod_not_found', ...begin('nobody') },
    { what: 'a time limit that is none', code: 'bad_config', ...config(['--timeout', 'soon'], { timeout: 'soon' }) },
    { what: 'a variable that is none', code: 'bad_config', ...config(['--env', 'a b=1'], { env: { 'a b': '1' } }) },
    {
      what: 'a null in a variable',
      code: 'bad_config',
      rpc: ['pod.start', { name: 'fine', config: { env: { A: 'x\0y' } } }],
      http: ['POST', '/processes', { command_id: 'fine', env: { A: 'x\0y' } }],
    },
    {
      what: 'a null in a folder',
      code: 'bad_config',
      rpc: ['pod.start', { name: 'fine', config: { cwd: '/\0' } }],
      http: ['POST', '/processes', { command_id: 'fine', cwd: '/\0' }],
    },
    {
      what: 'a null in an argument',
      code: 'bad_params',
      rpc: ['pod.start', { name: 'fine', args: ['\0'] }],
      http: ['POST', '/processes', { command_id: 'fine', args: ['\0'] }],
    },
    { what: 'an empty script', code: 'bad_image', ...create('empty', '') },
    { what: 'a blank script', code: 'bad_image', ...create('empty', ' \n\t\n') },
    { what: 'a name that is none', code: 'bad_name', ...create('Not A Name', 'exit 0') },
    {
      what: 'an unknown field',
      code: 'bad_params',
      rpc: ['pod.start', { name: 'fine', colour: 'red' }],
      http: ['POST', '/processes', { command_id: 'fine', colour: 'red' }],
    },
    {
      what: 'a negative offset of output',
      code: 'bad_params',
      cli: ['output', 'local', 'fine.1', '--offset', '-1'],
      rpc: ['pod.output', { name: 'fine.1', offset: -1 }],
      http: ['GET', '/processes/fine.1/output?offset=-1'],
    },
    {
      what: 'a negative offset of runs',
      code: 'bad_params',
      cli: ['runs', 'local', 'fine', '--offset', '-1'],
      rpc: ['pod.runs', { name: 'fine', offset: -1 }],
      http: ['GET', '/processes?command_id=fine&offset=-1'],
    },
    {
      what: 'a page of none',
      code: 'bad_params',
      cli: ['runs', 'local', 'fine', '--limit', '0'],
      rpc: ['pod.runs', { name: 'fine', limit: 0 }],
      http: ['GET', '/processes?command_id=fine&limit=0'],
    },
    {
      what: 'the output of a run that is not there',
      code: 'run_not_found',
      cli: ['output', 'local', 'fine.99'],
      rpc: ['pod.output', { name: 'fine.99' }],
      http: ['GET', '/processes/fine.99/output'],
    },
    {
      what: 'a stop of a run that is not there',
      code: 'run_not_found',
      cli: ['stop', 'local', 'fine.99'],
      rpc: ['pod.stop', { name: 'fine.99' }],
      http: ['POST', '/processes/fine.99/stop'],
    },
    { what: 'a URL that is none', code: 'bad_request', http: ['GET', '/processes/%zz'] },
  ]
  for (const row of rows) await refuse(row)
})

test('a stop of what has ended says so at each of them', async () => {
  await host.pushFile('fine', scriptFile('fine.sh', 'exit 0\n'))
  await host.ok('start', 'local', 'fine', '--wait')
  const cli = await host.pod('stop', 'local', 'fine.1')
  assert.equal([cli.code, cli.stdout.split('\n')[0]], [0, 'fine.1 had ended already'])
  assert.is((await callRpc('pod.stop', { name: 'fine.1' })).result.text, 'fine.1 had ended already')
  const { status, body } = await ask('POST', '/processes/fine.1/stop')
  assert.equal([status, body.message], [202, 'fine.1 had ended already'])
})

test('what is larger than the limit, and what may not be removed while it lives', async () => {
  await host.ok('host', 'stop')
  const file = join(host.data, 'host.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), settings: { maxImageBytes: 1000 } }))
  await host.up()
  const script = `sleep 100 # ${'x'.repeat(1000)}`
  await refuse({
    what: 'a large script',
    code: 'too_large',
    cli: ['push', 'local', 'large', scriptFile('large.sh', script)],
    rpc: ['pod.push', { name: 'large', code: script, kind: 'script' }],
    http: ['POST', '/commands', { name: 'large', script }],
  })
  await host.pushFile('long', scriptFile('long.sh', 'sleep 100\n'))
  await host.begin('long')
  await until(async () => (await host.status('long')).up === 1, 'it runs')
  await refuse({
    what: 'a run that goes on',
    code: 'run_active',
    cli: ['remove', 'local', 'long', '--run', 'long.1'],
    rpc: ['pod.remove', { name: 'long', run: 'long.1' }],
    http: ['DELETE', '/processes/long.1'],
  })
  await refuse({
    what: 'a script with a run that goes on',
    code: 'pod_running',
    cli: ['remove', 'local', 'long'],
    rpc: ['pod.remove', { name: 'long' }],
    http: ['DELETE', '/commands/long'],
  })
})

test.run()
