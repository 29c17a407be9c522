import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importProcfile } from '../../../cli/import/procfile.ts'

const text = '# ours\nweb: npm start\n\nWorker: ./work --all\nadmin: ./admin -p ${PORT:-80}\nrelease: npm run migrate\n'

test('importProcfile() makes a pod of each line, and says what is nothing here', () => {
  const made = importProcfile(text, { env: 'A=1\n' })
  assert.equal(Object.fromEntries(made?.pods ?? []), {
    web: { push: '.', command: 'npm start', envFile: '.env', env: { PORT: '5000' } },
    worker: { push: '.', command: './work --all', envFile: '.env' },
    admin: { push: '.', command: './admin -p ${PORT:-80}', envFile: '.env', env: { PORT: '5200' } },
  })
  assert.equal(
    made?.notes.flatMap(note => ('lost' in note ? [note.key] : [])),
    ['release'],
  )
})

test('importProcfile() counts ports from that of the .env, as Foreman does', () => {
  const { pods } = importProcfile(text, { env: 'PORT=3000\n' }) ?? {}
  const of = (name: string) => pods?.get(name)?.env
  assert.equal([of('web'), of('worker'), of('admin')], [{ PORT: '3000' }, { PORT: '3100' }, { PORT: '3200' }])
  assert.is(importProcfile(text, {})?.pods.get('web')?.envFile, undefined)
})

test('importProcfile() passes over a line that names no process, and says so', () => {
  const { pods, notes = [] } = importProcfile('web: a\nour name: b\nworker: c\n', {}) ?? {}
  assert.equal([...(pods?.keys() ?? [])], ['web', 'worker'])
  assert.equal(
    notes.flatMap(note => ('lost' in note ? [note.key] : [])),
    ['our name: b'],
  )
})

test('importProcfile() takes nothing that is no Procfile', () => {
  for (const text of ['', '# a', 'pods:\n  web: x', '[program:x]']) assert.is(importProcfile(text, {}), undefined)
})

test.run()
