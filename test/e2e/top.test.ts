// The live table and the live status, at a real pseudo-terminal and without one, against a real host.
// Not here: what keys mean and how rows are laid out (test/cli/top).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { podProgram } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'
import { Screen } from './screen.ts'

const test = suite('top')
const host = new TestHost()

test.before(async () => {
  await host.up()
  await host.push('forever', 'web')
  await host.push('crash-at-start', 'bot')
  await host.begin('web', { params: { color: 'red' } })
})
test.after(() => host.dispose())

/** A command on a terminal of so many columns and rows, which `resize` changes. */
function terminal(args: string[], env: Record<string, string> = {}) {
  const file = join(host.dir, `tty-${args[0]}`)
  const line = `tty > '${file}'; stty cols 80 rows 24; exec "$0" "$@"`
  const screen = new Screen(['sh', '-c', line, process.execPath, '--', podProgram, ...args], {
    env: { ...host.env, ...env },
    cwd: host.dir,
  })
  const resize = async (columns: number, rows: number) => {
    const size = ['cols', String(columns), 'rows', String(rows)]
    const { code, stderr } = await host.run('stty', ['-F', readFileSync(file, 'utf8').trim(), ...size])
    assert.is(code, 0, stderr)
  }
  const shows = async (what: string | RegExp) => {
    const isThere = () =>
      typeof what === 'string' ? screen.rows.join('\n').includes(what) : what.test(screen.rows.join('\n'))
    await until(isThere, 'it is shown').catch(() => assert.match(screen.rows.join('\n'), what))
  }
  return { screen, resize, shows }
}

needs(test, 'script')('pod top shows pods as they change, acts after a question, and outlives the host', async () => {
  const { screen, resize, shows } = terminal(['top'])
  try {
    await shows(/^ {2}bot +idle/m)
    await shows(/^> web +up +1\/1 +[\d.]+% +\d+ MB/m)
    for (const row of screen.rows) assert.ok(row.length <= 80, row)
    // A pod that comes is there without a key.
    await host.push('forever', 'late')
    await shows(/^ {2}late +idle/m)
    screen.type('/we')
    await shows(/with "we"\n.*\n> web +up/)
    screen.type('\rs')
    await shows('Stop web? y/n')
    screen.type('n')
    await shows('Nothing was done')
    assert.is((await host.status('web')).status, 'up')
    screen.type('sy')
    await shows(/^> web +idle/m)
    screen.type('uy')
    await shows(/^> web +up/m)
    // It is as it was before it was stopped.
    assert.equal((await host.status('web')).params, { color: 'red' })
    await resize(60, 12)
    await until(() => screen.rows.length <= 12, 'it has the new size')
    await shows(/^> web +up/m)
    for (const row of screen.rows) assert.ok(row.length <= 60, row)
    await host.killHost()
    await shows('The host has been away for')
    await host.up()
    await shows(/^local {2}3 pods/)
    await host.stop('web')
    await shows(/^> web +idle/m)
    screen.type('q')
    assert.is(await screen.ended(), 0)
    assert.equal(screen.rows.join(''), '', 'the screen is as it was')
  } finally {
    screen.kill()
  }
})

needs(test, 'script')('pod top follows the log of a pod', async () => {
  const code = "export default () => void setInterval(() => console.log('tick'), 50)"
  await host.ask('pod.push', { name: 'loud', code })
  await host.begin('loud')
  const { screen, shows } = terminal(['top'])
  try {
    await shows(/^[> ] loud +up/m)
    screen.type('/loud\r\r')
    await shows('Log of loud  follows')
    await shows(/loud\.1 +\| tick/)
    screen.type('\u001b')
    await shows(/^> loud +up/m)
    screen.type('\u0003')
    assert.is(await screen.ended(), 0)
  } finally {
    screen.kill()
    await host.remove('loud')
  }
})

needs(test, 'script')('pod logs shows a person the last screen, and says how to see more', async () => {
  const code = "for (let i = 1; i <= 300; i++) console.log('line', i)\nexport default () => {}"
  await host.ask('pod.push', { name: 'wordy', code })
  await host.begin('wordy')
  const { screen, shows } = terminal(['logs', 'wordy', '--tag', 'stdout'])
  try {
    assert.is(await screen.ended(), 0)
    await shows(/^The last 21 lines\. More: pod logs local wordy --lines 1000, pod logs local wordy --all$/m)
    const lines = screen.text.match(/\| line \d+/g)
    assert.equal([lines?.length, lines?.at(-1)], [21, '| line 300'])
    assert.is((await host.ok('logs', 'wordy', '--tag', 'stdout')).split('\n').length, 301, 'a program gets all')
  } finally {
    screen.kill()
    await host.remove('wordy')
  }
})

test('pod top without a terminal says what to do in its place', async () => {
  const { code, stderr } = await host.pod('top')
  assert.is(code, 2)
  assert.match(
    stderr,
    /^error: "pod top" needs a terminal\nhint: The same, once: pod status local --usage; line by line/,
  )
})

needs(test, 'script')('pod status --watch draws the table again in its place', async () => {
  await host.restart('web')
  const { screen, shows } = terminal(['status', '--watch'])
  try {
    await shows(/^web +up +v1 +1\/1/m)
    await host.stop('web')
    await shows(/^web +idle/m)
    assert.not.match(screen.rows.join('\n'), /^web +up/m)
    screen.type('\u0003')
    await screen.ended()
  } finally {
    screen.kill()
  }
})

test('pod status --watch elsewhere prints each change below, and ends well once the pod is removed', async () => {
  await host.push('forever', 'gone')
  const watching = host.start('status', 'gone', '--watch', '--json')
  let [out, err] = ['', '']
  watching.stdout?.on('data', data => {
    out += data
  })
  watching.stderr?.on('data', data => {
    err += data
  })
  const said = () =>
    out
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line).status)
  await until(() => said().at(-1) === 'idle', 'it tells the first')
  await host.begin('gone')
  await until(() => said().at(-1) === 'up', 'it tells the next')
  await host.killHost()
  await until(() => err.includes('The host is away'), 'it says that the host is away')
  await host.up()
  await until(() => err.includes('The host is back'), 'it says that the host is back')
  await host.remove('gone')
  await until(() => watching.exitCode !== null, 'it ends')
  assert.is(watching.exitCode, 0)
  assert.match(err, /gone is removed\n$/)
})

test.run()
