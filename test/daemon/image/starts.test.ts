// What starts in a folder: by what its package.json says, and by what lies in it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Chosen, type Folder, startsOf } from '../../../daemon/image/starts.ts'
import { failsWith } from '../../fails.ts'

type Given = {
  files?: string[]
  bins?: Record<string, string>
  main?: string
  scripts?: Record<string, string>
  pod?: NonNullable<Folder['manifest']>['pod']
}

function folder({ files = [], bins = {}, main, scripts = {}, pod = {} }: Given): Folder {
  return {
    manifest: { main, scripts, pod },
    isFile: async path => files.includes(path),
    isExecutable: async path => path.endsWith('.x'),
    program: async name => bins[name],
  }
}

const begins = async (given: Given, chosen: Chosen = {}) => {
  const { starts, nodeFlags, env } = await startsOf(folder(given), chosen)
  const what = starts.how === 'program' ? [starts.entry, ...starts.args] : { command: starts.command }
  return { what, ...(nodeFlags.length > 0 && { nodeFlags }), ...(Object.keys(env).length > 0 && { env }) }
}

const scripts = (start: string, more: Record<string, string> = {}) => ({ scripts: { start, ...more } })

test('startsOf() takes what is chosen before anything that the folder says', async () => {
  const files = ['other.js', 'app.js']
  const said = { files, pod: { entry: { text: 'app.js', because: 'x' } }, ...scripts('node app.js') }
  assert.equal(await begins(said, { entry: 'other', args: ['a'] }), { what: ['other.js', 'a'] })
  assert.equal(await begins(said, { command: 'python3 x.py' }), { what: { command: 'python3 x.py' } })
  assert.equal(await begins(said), { what: ['app.js'] })
  assert.equal(await begins({ pod: { command: { text: 'make run', because: 'x' } } }), {
    what: { command: 'make run' },
  })
})

test('startsOf() runs what npm start would run, without npm or a shell where it can', async () => {
  const files = ['app.js', 'bin/www', 'src/index.ts', 'lib/index.js']
  const bins = { next: 'node_modules/next/dist/bin/next' }
  const table: [line: string, begins: object][] = [
    ['node app.js', { what: ['app.js'] }],
    ['node app', { what: ['app.js'] }],
    ['node ./bin/www', { what: ['bin/www'] }],
    ['node lib', { what: ['lib/index.js'] }],
    ['node src', { what: ['src/index.ts'] }],
    ['node app.js --port 80', { what: ['app.js', '--port', '80'] }],
    ['NODE_ENV=production node app.js', { what: ['app.js'], env: { NODE_ENV: 'production' } }],
    ['cross-env A=1 node app.js', { what: ['app.js'], env: { A: '1' } }],
    ['node --inspect -r ./x.js app.js', { what: ['app.js'], nodeFlags: ['--inspect', '--require=./x.js'] }],
    ['next start -p 3000', { what: [bins.next, 'start', '-p', '3000'] }],
    ['node app.js && echo done', { what: { command: 'node app.js && echo done' } }],
    ['node -e 1', { what: { command: 'node -e 1' } }],
    ['node --watch app.js', { what: { command: 'node --watch app.js' } }],
    ['vite preview', { what: { command: 'vite preview' } }],
  ]
  for (const [line, expected] of table) assert.equal(await begins({ files, bins, ...scripts(line) }), expected, line)
})

test('startsOf() takes "node ." as what main names, or the index', async () => {
  const files = ['lib/index.js', 'index.js']
  assert.equal(await begins({ files, main: './lib', ...scripts('node .') }), { what: ['lib/index.js'] })
  assert.equal(await begins({ files, ...scripts('node ./ --x') }), { what: ['index.js', '--x'] })
  assert.match((await failsWith('bad_image', async () => await begins(scripts('node .')))).message, '"."')
})

test('startsOf() lets Node begin without the file of variables that a push leaves out, and with any other', async () => {
  const line = (file: string) => scripts(`node --env-file ${file} app.js`)
  const flags = async (file: string, files: string[] = []) =>
    (await begins({ files: ['app.js', ...files], ...line(file) })).nodeFlags
  assert.equal(await flags('.env'), ['--env-file-if-exists=.env'])
  assert.equal(await flags('config/.env.production'), ['--env-file-if-exists=config/.env.production'])
  assert.equal(await flags('.env', ['.env']), ['--env-file=.env'])
  assert.equal(await flags('config/prod.env'), ['--env-file=config/prod.env'])
})

test('startsOf() follows npm run NAME, once each', async () => {
  const files = ['app.js']
  assert.equal(await begins({ files, ...scripts('npm run serve', { serve: 'node app.js' }) }), { what: ['app.js'] })
  assert.equal(await begins({ files, ...scripts('A=1 yarn serve', { serve: 'B=2 node app.js' }) }), {
    what: ['app.js'],
    env: { A: '1', B: '2' },
  })
  assert.equal(await begins({ files, ...scripts('npm run b', { b: 'npm run start' }) }), {
    what: { command: 'npm run start' },
  })
  assert.equal(await begins({ files, ...scripts('node app.js', { prestart: 'node pre.js' }) }), {
    what: { command: 'npm run start' },
  })
})

test('startsOf() takes the main file where nothing else is said', async () => {
  assert.equal(await begins({ files: ['lib/a.js', 'index.js'], main: 'lib/a' }), { what: ['lib/a.js'] })
  assert.equal(await begins({ files: ['index.js'], main: 'gone.js' }), { what: ['index.js'] })
  assert.equal(await begins({ files: ['server.mjs', 'app.js'] }), { what: ['server.mjs'] })
  const { starts } = await startsOf({ ...folder({ files: ['main.ts'] }), manifest: undefined })
  assert.equal([starts.how, starts.because], ['program', 'its name'])
})

test('startsOf() says what it looked for', async () => {
  const nothing = await failsWith('bad_image', () => startsOf(folder({ files: ['readme.md'] })))
  assert.match(nothing.hint ?? '', /--entry FILE, or --command/)
  for (const entry of ['gone.js', '../app.js', '/app.js', '.']) {
    const error = await failsWith('bad_image', () => startsOf(folder({ files: ['app.js'] }), { entry }))
    assert.match(error.message, `"${entry}"`)
  }
})

test('startsOf() takes a start for production where "start" is for development', async () => {
  const files = ['dist/main.js', 'app.js']
  const production = { 'start:prod': 'node dist/main' }
  assert.equal(await begins({ files, ...scripts('nest start', production) }), { what: ['dist/main.js'] })
  assert.equal(await begins({ files, scripts: production }), { what: ['dist/main.js'] })
  assert.equal(await begins({ files, ...scripts('node app.js', production) }), { what: ['app.js'] })
  assert.equal(await begins({ files, ...scripts('nodemon app.js') }), { what: { command: 'nodemon app.js' } })
})

test('startsOf() finds what the build of a framework makes, where nothing says what starts', async () => {
  const built = ['.output/server/index.mjs', 'dist/server/entry.mjs', 'build/index.js']
  for (const file of built) {
    assert.equal(await begins({ files: [file, 'app.js'], scripts: { build: 'x' } }), { what: [file] })
    await failsWith('bad_image', async () => await begins({ files: [file] }))
  }
})

test('startsOf() names what is to start and is not there, or is not executable', async () => {
  const refusals: [Given, Chosen, RegExp][] = [
    [scripts('node dist/app.js'), {}, /"dist\/app.js": "scripts.start" of package.json names it, and it is not there$/],
    [{ main: 'dist/app.js' }, {}, /"dist\/app.js": "main" of package.json names it/],
    [scripts('./run.sh'), {}, /".\/run.sh": "scripts.start" of package.json names it/],
    [{ files: ['bin/run'], ...scripts('A=1 exec bin/run --x') }, {}, /"bin\/run": it is not executable$/],
    [{ files: ['run'] }, { command: './run' }, /".\/run": it is not executable$/],
  ]
  for (const [given, chosen, message] of refusals)
    assert.match((await failsWith('bad_image', () => startsOf(folder(given), chosen))).message, message)
  assert.equal(await begins({ files: ['run.x'] }, { command: './run.x' }), { what: { command: './run.x' } })
  for (const line of ['/usr/bin/run', '../run', 'sh run', 'cd x && ./run'])
    assert.equal(await begins({}, { command: line }), { what: { command: line } })
})

test.run()
