// One command on a machine where nothing was before: `pod up` starts a host, makes pods, and makes them again as they change.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const program = `require('node:http').createServer(() => {}).listen(process.env.PORT ?? 0, () => console.log('listens', process.argv.slice(2)))\n`

test('pod up starts a host where there is none, does nothing the second time, and finds its pods behind another host', async () => {
  const host = new TestHost()
  try {
    writeFileSync(join(host.dir, 'hello.js'), 'export default () => {}\n')
    assert.match(await host.ok('up', 'hello.js'), /A host is running: pid \d+[\s\S]*hello v1 pushed\nhello is up/)
    const { pid: hostPid } = await host.ask('host.info', {})
    host.pid = hostPid
    const [run] = (await host.status('hello')).runs
    await host.killHost()
    assert.match(await host.ok('up', 'hello.js'), /A host is running[\s\S]*hello unchanged/)
    assert.equal((await host.status('hello')).runs[0]?.pid, run?.pid)
    assert.match(await host.ok('down', 'hello.js'), /hello is removed/)
  } finally {
    await host.dispose()
  }
})

test('pod up makes a folder a pod, with arguments; a failed push leaves what runs; --take takes over what others made', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const file = (name: string, text: string) => writeFileSync(join(host.dir, name), text)
    file('package.json', '{ "name": "x", "main": "server.js" }')
    file('server.js', program)
    file('.podignore', 'data\nconfig\n')
    await host.ok('up', '.', '--name', 'web', '--', '--level', '3')
    await until(
      async () => (await host.lines('web')).some(line => line.includes("[ '--level', '3' ]")),
      'it has its arguments',
    )
    const [before] = (await host.status('web')).runs
    const failed = await host.pod('up', '.', '--name', 'web', '--build', 'exit 3')
    assert.is(failed.code, 1)
    assert.match(failed.stderr, /code 3/)
    assert.is((await host.status('web')).runs[0]?.pid, before?.pid)
    file('pods.yaml', 'project: other\npods:\n  web: { push: ., scale: 2 }\n')
    const clash = await host.refused('up')
    assert.match(clash.message, /"web".*of the project/)
    await host.ok('up', '--take')
    assert.is((await host.status('web')).up, 2)
    assert.match(await host.ok('diff'), /web: nothing/)
    const pids = async () => (await host.status('web')).runs.map(({ pid }) => pid)
    const were = await pids()
    file('pods.yaml', 'project: other\npods:\n  web: { push: ., scale: 2, retries: 9 }\n')
    assert.match(await host.ok('diff'), /web: change \(retries changed\)/)
    await host.ok('up')
    assert.equal([(await host.status('web')).config.retries, await pids()], [9, were], 'a policy needs no new process')
    assert.match(await host.ok('stop', 'all'), /web is idle/)
    assert.match(await host.ok('diff'), /web: restart \(it was stopped\)/)
  } finally {
    await host.dispose()
  }
})

test('pod up --link --watch restarts a pod when a file of its folder changes, and shows what it prints', async () => {
  const host = new TestHost()
  try {
    await host.up()
    const manifest = join(host.dir, 'pods.yaml')
    writeFileSync(join(host.dir, 'app.js'), program)
    writeFileSync(manifest, 'pods:\n  app: { push: ., entry: app.js, link: true }\n')
    writeFileSync(join(host.dir, '.gitignore'), 'data\nconfig\n')
    const watching = host.start('up', '--watch')
    let said = ''
    const keep = (chunk: unknown) => {
      said += chunk
    }
    for (const stream of [watching.stdout, watching.stderr]) stream?.on('data', keep)
    try {
      await until(() => said.includes('Watching for changes'), 'it watches')
      writeFileSync(join(host.dir, 'app.js'), `console.log('changed')\n${program}`)
      await until(() => /app\.2 \| changed/.test(said), 'the change runs')
      writeFileSync(manifest, 'pods:\n  app: { push: ., entry: app.js, link: true, scal: 2 }\n')
      await until(() => said.includes('"scal" is unknown'), 'a wrong manifest is told, and watched on')
      writeFileSync(manifest, 'pods:\n  app: { push: ., entry: app.js, link: true, scale: 2 }\n')
      await until(() => said.includes('2 of 2 runs'), 'the manifest is made again')
    } finally {
      watching.kill()
    }
  } finally {
    await host.dispose()
  }
})

test.run()
