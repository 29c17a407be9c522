import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importPm2 } from '../../../cli/import/pm2.ts'
import { scratch } from '../../scratch.ts'

test('importPm2() makes pods of apps, and has a line for every key', () => {
  using at = scratch()
  at.file('app.js', '')
  const app = {
    name: 'My API',
    script: './app.js',
    instances: 2,
    env: { PORT: 3000, FLAGS: { a: 1 }, MODE: 'dev' },
    env_production: { MODE: 'prod' },
    waitReady: true,
    max_memory_restart: '300M',
    max_memry: 1,
  }
  const made = importPm2(
    { apps: [app, { script: './app.js' }, { script: 'app.js' }], deploy: {} },
    { from: at.dir, to: at.dir, env: 'production' },
  )
  assert.equal([...(made?.pods.keys() ?? [])], ['my-api', 'app', 'app-2'])
  assert.equal(made?.pods.get('my-api'), {
    push: '.',
    link: true,
    entry: 'app.js',
    scale: 2,
    ready: 'said',
    limits: { memory: '300M' },
    env: { PORT: '3000', FLAGS: '{"a":1}', MODE: 'prod' },
  })
  const notes = made?.notes.filter(({ of }) => of === 'my-api') ?? []
  const keys = [...new Set(notes.map(({ key }) => key))].sort()
  assert.equal(keys, [
    'env',
    'env_production',
    'instances',
    'max_memory_restart',
    'max_memry',
    'name',
    'script',
    'wait_ready',
  ])
  const lost = notes.flatMap(note => ('lost' in note ? [note.key] : []))
  assert.equal(lost, ['max_memry'])
  assert.ok(made?.notes.some(note => note.key === 'deploy' && 'lost' in note))
})

test('importPm2() takes a list and a single app too, and nothing else', () => {
  using at = scratch()
  const options = { from: at.dir, to: at.dir }
  assert.is(importPm2([{ script: 'x' }], options)?.pods.size, 1)
  assert.is(importPm2({ name: 'x', script: 'y' }, options)?.pods.size, 1)
  for (const other of [undefined, 1, {}, { apps: [] }, { apps: ['a'] }, { apps: [{ a: 1 }] }])
    assert.is(importPm2(other, options), undefined)
})

test('importPm2() takes of several names of a key the one that says something, and no flags of none', () => {
  using at = scratch()
  at.file('app.js', '')
  const options = { from: at.dir, to: at.dir }
  const flagsOf = (args: object) =>
    importPm2({ script: 'app.js', name: 'a', ...args }, options)?.pods.get('a')?.nodeFlags
  assert.equal(flagsOf({ node_args: '--inspect', interpreter_args: '' }), ['--inspect'])
  assert.equal(flagsOf({ node_args: [], interpreter_args: '--inspect' }), ['--inspect'])
  assert.is(flagsOf({ node_args: '' }), undefined)
})

test('importPm2() appends the name of the environment where the app asks for that', () => {
  using at = scratch()
  const made = importPm2(
    { script: 'x', name: 'a', name_prefix: 'p-', append_env_to_name: true },
    { from: at.dir, to: at.dir, env: 'test' },
  )
  assert.equal([...(made?.pods.keys() ?? [])], ['p-a-test'])
})

test.run()
