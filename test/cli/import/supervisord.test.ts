import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importSupervisord, includedBy } from '../../../cli/import/supervisord.ts'

const text = `[supervisord]
nodaemon=true

[include]
files = conf.d/*.conf  more.ini

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

function imported(...texts: string[]) {
  const files = texts.map((text, index) => ({ text, file: `/etc/${index}/x.conf` }))
  return importSupervisord(files, {
    to: '/srv',
    home: '/home/me',
    environment: name => (name === 'LEVEL' ? '3' : undefined),
  })
}

test('importSupervisord() makes pods of programs, and has a line for every key', () => {
  const made = imported(text)
  assert.equal(Object.fromEntries(made?.pods ?? []), {
    web_app: {
      push: './web',
      link: true,
      command: '/usr/bin/node /etc/0/app.js --level=3 --more',
      scale: 2,
      restart: 'on-failure',
      stopTo: 'main',
      minUptime: '5s',
      giveUp: 'after 5',
      stopSignal: 'SIGINT',
      stopTimeout: '20s',
      user: 'www',
      env: { A: 'x,y', B: 'z', C: '1' },
    },
  })
  const lost = made?.notes.flatMap(note => ('lost' in note ? [note.key] : []))
  assert.equal(lost, ['[supervisord]', 'stdout_logfile', 'priorty', '[group:all]'])
  assert.is(imported('[unix_http_server]\nfile=/x'), undefined)
})

test('importSupervisord() takes the programs of the files that a config includes', () => {
  assert.equal(
    includedBy({ file: '/etc/x.conf', text }, () => undefined),
    ['conf.d/*.conf', 'more.ini'],
  )
  const here = { file: '/etc/s/x.conf', text: '[include]\nfiles = %(here)s/conf.d/*.conf %(ENV_MORE)s\n' }
  assert.equal(
    includedBy(here, () => '/srv/*.conf'),
    ['/etc/s/conf.d/*.conf', '/srv/*.conf'],
  )
  const { pods } = imported(text, '[program:web_app]\ncommand=%(here)s/run\n') ?? {}
  assert.equal([...(pods ?? [])].map(([name, { command }]) => [name, command]).at(-1), ['web_app-2', '/etc/1/run'])
})

test('importSupervisord() lets the runs of a program have numbers of their own, also in their variables', () => {
  const { pods } =
    imported(
      '[program:web]\ncommand=serve --port=80%(process_num)02d --id=%(process_num)s\nnumprocs=2\n',
      '[program:other]\nenvironment=PORT="80%(process_num)02d",A=1\ncommand=serve\nnumprocs_start=1\ndirectory=/srv/%(process_num)d\n',
    ) ?? {}
  assert.is(pods?.get('web')?.command, 'exec serve --port=80$(printf %02d "$P8A_SLOT") --id="$P8A_SLOT"')
  const { command, env, push } = pods?.get('other') ?? {}
  assert.equal([command, env], ['PORT=80$(printf %02d $((P8A_SLOT + 1))) exec serve', { A: '1' }])
  assert.is(push, '../etc/1')
})

test('importSupervisord() gives all programs the variables that supervisord gives them', () => {
  const { pods, notes = [] } =
    imported(
      '[supervisord]\nenvironment=STAGE="prod",LEVEL=%(ENV_LEVEL)s\n',
      '[program:a]\ncommand=x\nenvironment=STAGE=test\n[program:b]\ncommand=y\n',
    ) ?? {}
  assert.equal(
    [pods?.get('a')?.env, pods?.get('b')?.env],
    [
      { STAGE: 'test', LEVEL: '3' },
      { STAGE: 'prod', LEVEL: '3' },
    ],
  )
  assert.ok(notes.some(({ key, ...note }) => key === 'environment' && note.of === '' && 'became' in note))
})

test('importSupervisord() reads values as supervisord does', () => {
  const pod = (lines: string) => imported(`[program: a]\n${lines}\n`)?.pods.get('a')
  assert.is(pod('command=x --of %(numprocs)d\nnumprocs=3')?.command, 'x --of 3')
  assert.is(pod('command=x\nstopsignal=2')?.stopSignal, 'SIGINT')
  assert.is(pod('command=x\nstopsignal=SIGTERM')?.stopSignal, 'SIGTERM')
  for (const none of ['NONE', 'PIPE']) assert.is(pod(`command=x\nstopsignal=${none}`)?.stopSignal, undefined)
  assert.is(pod('command=x\nstartretries=0')?.giveUp, 'after 1')
  assert.is(pod('command=x\nautorestart=Unexpected')?.restart, 'on-failure')
  for (const [line, stopTo] of [
    ['', 'main'],
    ['stopasgroup=false', 'main'],
    ['killasgroup=true', 'main'],
    ['stopasgroup=true', undefined],
  ] as const)
    assert.is(pod(`command=x\n${line}`)?.stopTo, stopTo, line)
  assert.is(pod('command=x\ndirectory=~/app')?.push, '../home/me/app')
  assert.is(pod('numprocs=1'), undefined)
})

test('importSupervisord() gives a shell what supervisord takes word for word', () => {
  const commands = {
    'find /tmp -name *.js $HOME': `find /tmp -name '*.js' '$HOME'`,
    'bash -c "cd /x && exec ./run *.txt | tee out"': `bash -c 'cd /x && exec ./run *.txt | tee out'`,
    "gunicorn app:app --format '%%(h)s'": "gunicorn app:app --format '%(h)s'",
  }
  for (const [given, command] of Object.entries(commands))
    assert.is(imported(`[program:a]\ncommand=${given}\n`)?.pods.get('a')?.command, command)
})

test('importSupervisord() knows what supervisord does where nothing is said, and what cannot be worked out', () => {
  const { pods, notes = [] } = imported('[program:a]\ncommand=x\nenvironment=WHO=%(ENV_NOPE)s\n') ?? {}
  assert.is(pods?.get('a')?.restart, 'on-failure')
  assert.is(imported('[program:a]\ncommand=x\nautorestart=true\n')?.pods.get('a')?.restart, undefined)
  assert.is(imported('[program:a]\ncommand=x\nautorestart=false\n')?.pods.get('a')?.restart, 'never')
  const lostKeys = (all = notes) => all.flatMap(note => ('lost' in note ? [note.key] : []))
  assert.equal(lostKeys(), ['NOPE'])
  const own = imported('[program:a]\ncommand=x %(host_node_name)s %%(h)s %(process_num)d\n')?.notes
  assert.equal(lostKeys(own), ['%(host_node_name)s'])
})

test.run()
