import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importSystemd } from '../../../cli/import/systemd.ts'

const text = `[Unit]
Description=ours
StartLimitBurst=5
[Service]
Type=notify
WorkingDirectory=/srv/app
Environment=NODE_ENV=production PORT=3000
Environment="GREETING=hello world"
EnvironmentFile=-/etc/default/gone
EnvironmentFile=-/etc/default/app
ExecStartPre=-/usr/bin/mkdir -p %h/log
ExecStartPre=/usr/bin/npm run migrate
ExecStart=/usr/bin/node server.js --port \${PORT} \\
  --glob *.js --pct 100%%
Restart=on-failure
RestartSec=5s
KillSignal=SIGINT
KillMode=process
TimeoutStopSec=1min 30s
MemoryMax=500M
ProtectSystem=strict
Frobnicate=1
[Install]
WantedBy=multi-user.target
`

function imported(text: string, file = '/etc/systemd/system/my-app.service') {
  const isFile = (path: string) => /^\/etc\/default\/(app|[ab]\.env)$/.test(path)
  const filesBy = (pattern: string) =>
    pattern === '/etc/default/*.env' ? ['/etc/default/b.env', '/etc/default/a.env'] : []
  return importSystemd(text, { file, to: '/srv', home: '/home/me', user: 'me', isFile, filesBy })
}

test('importSystemd() makes a pod of a service, and has a line for every key', () => {
  const { pods, notes = [] } = imported(text) ?? {}
  assert.equal(Object.fromEntries(pods ?? []), {
    'my-app': {
      push: './app',
      link: true,
      restart: 'on-failure',
      command:
        '{ /usr/bin/mkdir -p /home/me/log || true; } && /usr/bin/npm run migrate && ' +
        'exec /usr/bin/node server.js --port "${PORT}" --glob \'*.js\' --pct 100%',
      env: { NODE_ENV: 'production', PORT: '3000', GREETING: 'hello world' },
      envFile: '/etc/default/app',
      giveUp: 'after 5',
      ready: 'said',
      stopSignal: 'SIGINT',
      stopTo: 'main',
      stopTimeout: '90s',
      limits: { memoryMax: '500M' },
    },
  })
  const keys = text.split('\n').flatMap(line => /^(\w+)=/.exec(line)?.[1] ?? [])
  assert.equal(notes.map(({ key }) => key).sort(), keys.sort())
  assert.equal(notes.flatMap(note => ('lost' in note ? [note.key] : [])).sort(), [
    'Description',
    'EnvironmentFile',
    'Frobnicate',
    'ProtectSystem',
    'RestartSec',
  ])
})

test('importSystemd() knows what systemd does where nothing is said', () => {
  const { pods } = imported('[Service]\nExecStart=/bin/a\nExecStop=/bin/kill -s QUIT $MAINPID\n') ?? {}
  assert.equal(pods?.get('my-app'), {
    push: '.',
    link: true,
    cwd: '/',
    restart: 'never',
    command: '/bin/a',
    stopSignal: 'SIGQUIT',
  })
  assert.is(imported('[Service]\nExecStart=/bin/a\nRestart=always\n')?.pods.get('my-app')?.restart, undefined)
})

test('importSystemd() asks whom systemd asks at a stop', () => {
  const made = (mode: string) => imported(`[Service]\nExecStart=/bin/a\nKillMode=${mode}\n`)
  const modes = ['control-group', 'mixed', 'process', 'none']
  assert.equal(
    modes.map(mode => made(mode)?.pods.get('my-app')?.stopTo),
    [undefined, 'main', 'main', undefined],
  )
  const isLost = (mode: string) => made(mode)?.notes.some(note => note.key === 'KillMode' && 'lost' in note)
  assert.equal(modes.filter(isLost), ['none'])
})

test('importSystemd() takes no signal that a host refuses, and says so', () => {
  for (const [key, line] of [
    ['KillSignal', 'KillSignal=SIGABRT'],
    ['ExecStop', 'ExecStop=/bin/kill -ABRT $MAINPID'],
  ]) {
    const { pods, notes = [] } = imported(`[Service]\nExecStart=/bin/a\n${line}\n`) ?? {}
    assert.is(pods?.get('my-app')?.stopSignal, undefined)
    assert.ok(notes.some(note => note.key === key && 'lost' in note && note.lost.includes('SIGABRT')))
  }
})

test('importSystemd() takes the instance of a template from the name of its file, and says where there is none', () => {
  const template = '[Service]\nExecStart=/bin/a %i\nType=forking\nEnvironmentFile=/etc/a\nEnvironmentFile=/etc/b\n'
  const one = imported(template, '/etc/worker@mail.service')
  assert.equal(
    [one?.pods.get('worker')?.command, one?.pods.get('worker')?.envFile],
    ['/bin/a mail', ['/etc/a', '/etc/b']],
  )
  const none = imported(template, '/etc/worker@.service')?.notes ?? []
  assert.equal(
    none.flatMap(note => ('lost' in note ? [note.key] : [])),
    ['Type', '%i'],
  )
})

test('importSystemd() takes several commands of one line, and the files that a pattern names', () => {
  const { pods, notes = [] } =
    imported(
      '[Service]\nExecStartPre=/bin/a ; -/bin/b \\; "c;d"\nExecStart=/bin/main\n' +
        'EnvironmentFile=/etc/default/*.env\nEnvironmentFile=-/etc/gone/*.env\nStandardInput=tty\n',
    ) ?? {}
  const { command, envFile } = pods?.get('my-app') ?? {}
  assert.is(command, "/bin/a && { /bin/b ';' 'c;d' || true; } && exec /bin/main")
  assert.equal(envFile, ['/etc/default/a.env', '/etc/default/b.env'])
  assert.ok(notes.some(note => 'lost' in note && note.lost.includes('/etc/gone/*.env')))
  assert.ok(notes.some(note => 'lost' in note && note.lost.includes("stdin: 'open'")))
})

test('importSystemd() leaves to a shell what is for that shell', () => {
  const { pods, notes = [] } =
    imported(
      `[Service]\nExecStart=/bin/sh -c 'pg_dump $DB | gzip > /backup/$(date +%%Y%%m%%d).gz'\nKillSignal=2\nRestart=no\n`,
    ) ?? {}
  const { command, stopSignal } = pods?.get('my-app') ?? {}
  assert.equal([command, stopSignal], [`/bin/sh -c 'pg_dump $DB | gzip > /backup/$(date +%Y%m%d).gz'`, 'SIGINT'])
  assert.equal(
    notes.filter(note => 'lost' in note),
    [],
  )
})

test('importSystemd() takes nothing that is no service', () => {
  for (const other of ['', '[Timer]\nOnCalendar=daily\n', '[Unit]\nExecStart=/bin/a\n'])
    assert.is(imported(other), undefined)
})

test.run()
