import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importSupervisord } from '../../../cli/import/supervisord.ts'

const text = `[supervisord]
nodaemon=true

[program:Web_App]
command=/usr/bin/node %(here)s/app.js --level=%(ENV_LEVEL)s ; the server
  --more
directory=/srv/web
numprocs=2
autorestart=unexpected
startsecs=5
startretries=4
stopsignal=INT
stopwaitsecs=20
environment=A="x,y",B='z',C=1
user=www
stdout_logfile=/var/log/web.log
priorty=1

[group:all]
programs=web
`

test('importSupervisord() makes pods of programs, and has a line for every key', () => {
  const made = importSupervisord(text, {
    file: '/etc/supervisord.conf',
    to: '/srv',
    environment: name => (name === 'LEVEL' ? '3' : undefined),
  })
  assert.equal(Object.fromEntries(made?.pods ?? []), {
    web_app: {
      push: 'web',
      link: true,
      command: '/usr/bin/node /etc/app.js --level=3 --more',
      scale: 2,
      restart: 'on-failure',
      minUptime: '5s',
      giveUp: 'after 4',
      stopSignal: 'SIGINT',
      stopTimeout: '20s',
      env: { A: 'x,y', B: 'z', C: '1' },
    },
  })
  const lost = made?.notes.flatMap(note => ('lost' in note ? [note.key] : []))
  assert.equal(lost, ['[supervisord]', 'user', 'stdout_logfile', 'priorty', '[group:all]'])
  assert.is(
    importSupervisord('[unix_http_server]\nfile=/x', { file: '/a', to: '/', environment: () => undefined }),
    undefined,
  )
})

test.run()
