import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Draft } from '../../../cli/import/imported.ts'
import { programOf } from '../../../cli/import/pm2-program.ts'
import { scratch } from '../../scratch.ts'

test('programOf() says what is started: a file of the folder, or a command line', () => {
  using at = scratch()
  for (const file of ['api/dist/app.js', 'run.sh', 'job.py', 'other.js', 'bin/tool']) at.file(file, '')
  const of = (app: Record<string, unknown>) => {
    const pod: Draft = {}
    const problem = programOf(app, pod, { from: at.dir, to: at.dir })
    const { link: _, ...rest } = pod
    return problem ?? rest
  }
  assert.equal(of({ script: './dist/app.js', cwd: './api', args: '-p 80' }), {
    push: './api',
    entry: 'dist/app.js',
    args: ['-p', '80'],
  })
  assert.equal(of({ script: at.path('other.js') }), { push: '.', entry: 'other.js' })
  assert.equal(of({ script: '../other.js', cwd: 'api' }), { push: './api', command: `node ${at.path('other.js')}` })
  assert.equal(of({ script: 'npm', args: 'run start' }), { push: '.', command: 'npm run start' })
  assert.equal(of({ script: './run.sh', args: ['a b'] }), { push: '.', command: "bash run.sh 'a b'" })
  assert.equal(of({ script: 'job.py' }), { push: '.', command: 'python3 job.py' })
  assert.equal(of({ script: 'job.py', exec_interpreter: '/opt/python', node_args: '-u' }), {
    push: '.',
    command: '/opt/python -u job.py',
  })
  assert.equal(of({ script: 'bin/tool', exec_interpreter: 'none' }), { push: '.', command: './bin/tool' })
  assert.equal(of({ script: 'other.js', exec_interpreter: 'node@18' }), { push: '.', entry: 'other.js' })
  assert.is(of({ name: 'x' }), 'it has no script')
})

test('programOf() knows files that are not built or installed yet, lines for a shell, and the server for files of PM2', () => {
  using at = scratch()
  const of = (app: Record<string, unknown>) => {
    const pod: Draft = {}
    programOf(app, pod, { from: at.dir, to: at.dir })
    return pod
  }
  const link = { push: '.', link: true }
  assert.equal(of({ script: 'dist/main.js' }), { ...link, entry: 'dist/main.js' })
  assert.equal(of({ script: 'server.mjs' }), { ...link, entry: 'server.mjs' })
  const next = 'node_modules/next/dist/bin/next'
  assert.equal(of({ script: next, args: 'start -p 1' }), { ...link, entry: next, args: ['start', '-p', '1'] })
  assert.equal(of({ script: 'job.py' }), { ...link, command: 'job.py' })
  assert.equal(of({ script: './venv/bin/gunicorn', exec_interpreter: 'none' }), {
    ...link,
    command: './venv/bin/gunicorn',
  })
  assert.equal(of({ script: 'npm start' }), { ...link, command: 'npm start' })
  assert.equal(of({ script: 'serve', env: { PM2_SERVE_PATH: 'dist', PM2_SERVE_PORT: 80, PM2_SERVE_SPA: 'true' } }), {
    push: 'p8a:serve',
    params: { dir: at.path('dist'), port: '80', host: '0.0.0.0', spa: 'true' },
  })
  assert.equal(of({ script: 'serve', args: '-s dist' }), { ...link, command: 'serve -s dist' })
})

test.run()
