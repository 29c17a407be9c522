import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { appsOfDump } from '../../../cli/import/pm2-dump.ts'

const process = {
  name: 'web',
  pm_exec_path: '/srv/web/app.js',
  pm_cwd: '/srv/web',
  exec_interpreter: 'node',
  exec_mode: 'cluster_mode',
  autorestart: true,
  kill_timeout: 5000,
  node_args: [],
  env: { PATH: '/bin', PORT: '80', HOME: '/root', OURS: 'same', LC_ALL: 'C', web: {} },
  PORT: '80',
}

test('appsOfDump() makes one app of the processes of a name, with the variables that are not of a shell', () => {
  assert.equal(appsOfDump([process, process, { ...process, name: 'job', autorestart: false }], { OURS: 'same' }), [
    {
      name: 'web',
      exec_mode: 'cluster_mode',
      kill_timeout: 5000,
      script: '/srv/web/app.js',
      cwd: '/srv/web',
      env: { PORT: '80' },
      instances: 2,
    },
    {
      name: 'job',
      exec_mode: 'cluster_mode',
      autorestart: false,
      kill_timeout: 5000,
      script: '/srv/web/app.js',
      cwd: '/srv/web',
      env: { PORT: '80' },
    },
  ])
})

test('appsOfDump() leaves out the variable in which PM2 keeps settings of the app, and no other of that name', () => {
  const envOf = (env: object) => appsOfDump([{ ...process, env }], {})?.[0]?.env
  assert.equal(envOf({ web: '{}', other: '{}' }), { other: '{}' })
  assert.equal(envOf({ web: 'on' }), { web: 'on' })
})

test('appsOfDump() takes nothing that is no dump', () => {
  for (const other of [undefined, {}, [1], [{ name: 'x' }]]) assert.is(appsOfDump(other, {}), undefined)
})

test.run()
