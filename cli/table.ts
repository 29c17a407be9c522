// All commands: words, arguments, options, and the file of each command, which is loaded only when it runs. It must not
// know how arguments are read or what the commands do.
import type { CommandSpec, FlagLine } from './argv/command.ts'
import { scriptFlags, startFlags } from './argv/start-flags.ts'
import { tokenFlags } from './argv/token-flags.ts'
import { groupTable } from './group-table.ts'

const force: FlagLine = ['-f, --force', 'Stop it first if it runs']
const width: FlagLine = ['--width <n>', 'How many runs are replaced at a time (default 1)']
const noWait: FlagLine = ['--no-wait', 'Do not wait for the outcome']
const manifestFlags: readonly FlagLine[] = [
  ['-f, --file <file>', 'The manifest (default: pods.yaml, pods.yml or pods.json)'],
  ['--name <name>', 'Name of the pod, where a file or folder is taken without a manifest'],
]
const pushFlags: readonly FlagLine[] = [
  ['--link', 'Use a folder of this machine where it is, and copy nothing'],
  ['--entry <file>', 'The file of the folder that starts'],
  ['--command <line>', 'Start it with this command line, in any language; a single file is $P8A_FILE there'],
  ['--service', 'Keep a script up as a service: it is started anew when it ends'],
  ['--build <line>', 'Build the folder with this command line (default: the script "build" of package.json)'],
  ['--no-build', 'Build nothing'],
  ['--writable <path>', 'What the runs of a folder may write in; it is kept over versions (may be repeated)'],
  ['--as-is', 'Take node_modules and built files along, and install nothing'],
]
const afterPush: readonly FlagLine[] = [
  ['-m, --message <text>', 'What the version is about; pod versions shows it'],
  ['--reload', 'Reload the pod with it if it is up'],
]
const planFlags: readonly FlagLine[] = [
  ['--take', 'Take over pods of the same names that another project, or nobody, made'],
  ['--no-remove', 'Keep pods that an earlier "pod up" made and the project has no more'],
]
const usage: FlagLine = ['-u, --usage', 'Show cpu and memory too']

export const table: readonly CommandSpec[] = [
  {
    usage: 'host start',
    about: 'Start a host on this machine',
    flags: [
      ['--port <port>', 'TCP port; 0 takes any free one (default: that of its last start, or 3000)'],
      ['--host <address>', 'Address to listen on (default: that of its last start, or 127.0.0.1)'],
      ['--shell-port <port>', 'Also serve the shell on this port, over TLS and with a password'],
      ['--tls', 'Speak TLS on the port, even on loopback'],
      ['--no-tls', 'Speak no TLS on the port, even beyond loopback'],
      ['--cert <file>', "PEM certificate to use in place of the host's own; it is read again when it changes"],
      ['--key <file>', 'PEM key of that certificate'],
      ['--forget', 'Forget port, address and TLS of its last start'],
      ['--once', 'Do not remember those of this start'],
      ['-d, --detach', 'Run in the background'],
    ],
    load: () => import('./commands/host-start.ts'),
  },
  {
    usage: 'host stop',
    about: 'Stop the host on this machine; its pods keep running',
    flags: [['--pods', 'Stop the pods too']],
    load: () => import('./commands/host-stop.ts'),
  },
  {
    usage: 'startup [init]',
    about: 'Let systemd start the host on this machine at boot: for this user, or for the machine if you are root',
    flags: [
      ['--remove', 'Undo it; the pods keep running'],
      ['--print', 'Show the unit and the commands, and do nothing'],
      ['--no-start', 'Do not start the host now'],
      ['--port <port>', 'TCP port of the host (default: that of the host that runs, or 3000)'],
      ['--host <address>', 'Address to listen on (default: that of the host that runs, or 127.0.0.1)'],
    ],
    load: () => import('./commands/startup.ts'),
  },
  {
    usage: 'host upgrade [version]',
    about:
      'Let another version of p8a take the place of the host on this machine; pods and clients notice only a pause',
    examples: [
      'npm install --global p8a && pod host upgrade',
      'pod host upgrade 1.2.3',
      'pod host upgrade /opt/p8a-next',
    ],
    load: () => import('./commands/host-upgrade.ts'),
  },
  { usage: 'host status', about: 'Show the host on this machine', load: () => import('./commands/host-status.ts') },
  {
    usage: 'host token',
    about: 'Print the token of the host on this machine',
    load: () => import('./commands/host-token.ts'),
  },
  {
    usage: 'host password',
    about: "Set the password of the shell's own port: you are asked for it, or it is read from stdin",
    load: () => import('./commands/host-password.ts'),
  },
  {
    usage: 'host token add <name>',
    about: 'Make a token for the host on this machine, and print it once',
    flags: tokenFlags,
    examples: ['pod host token add ci --role deploy --expires 90d', 'pod host token add ann --path inner'],
    load: () => import('./commands/host-token-add.ts'),
  },
  {
    usage: 'host token list',
    aliases: ['host token ls'],
    about: 'List the tokens of the host on this machine',
    load: () => import('./commands/host-token-list.ts'),
  },
  {
    usage: 'host token remove <name>',
    aliases: ['host token rm'],
    about: 'Remove a token of the host on this machine, and close the connections that it opened',
    load: () => import('./commands/host-token-remove.ts'),
  },
  {
    usage: 'host invite [name]',
    about: 'Make a token, and print it with address and fingerprint as one string for "pod remote add"',
    flags: [
      ...tokenFlags,
      ['--address <address>', 'Address at which others reach this host (default: the one on which it listens)'],
    ],
    examples: ['pod host invite', 'pod host invite ann --role read --address tls://example.org:3000'],
    load: () => import('./commands/host-invite.ts'),
  },
  {
    usage: 'page [remote]',
    about: 'Print a link to the page of a host, and open it in a browser',
    flags: [
      ['--role <role>', 'What the page may do: read, deploy or admin (default: what you may)'],
      ['--no-open', 'Open no browser'],
    ],
    examples: ['pod page', 'pod page prod --role read'],
    load: () => import('./commands/page.ts'),
  },
  {
    usage: 'host audit',
    about: 'Show who changed what on the host on this machine',
    flags: [['-n, --lines <n>', 'Only the last n lines (default: 100)']],
    load: () => import('./commands/host-audit.ts'),
  },
  {
    usage: 'remote add <name> <address>',
    about:
      'Keep the address of a host, or what "pod host invite" printed, under a name; - reads that from stdin or asks for it',
    flags: [
      ['--path <path>', 'Dotted path of a host within that host'],
      ['--fingerprint <sha256>', 'Fingerprint that its certificate must have (default: the one it has now)'],
      ['--ca', 'Pin no fingerprint; trust any certificate that a known authority vouches for'],
    ],
    examples: [
      'pod remote add origin localhost:3000',
      'pod remote add origin tls://example.org:3000',
      'pod remote add origin -',
    ],
    load: () => import('./commands/remote-add.ts'),
  },
  {
    usage: 'remote list',
    aliases: ['remote ls'],
    about: 'List the remotes, and whether they answer',
    load: () => import('./commands/remote-list.ts'),
  },
  {
    usage: 'remote remove <name>',
    aliases: ['remote rm'],
    about: 'Forget a remote',
    load: () => import('./commands/remote-remove.ts'),
  },
  {
    usage: 'remote pin <name> <fingerprint>',
    about: 'Trust another certificate of a host, once you know that it is right',
    load: () => import('./commands/remote-pin.ts'),
  },
  {
    usage: 'up [remote] [path]',
    about:
      'Make a host as pods.yaml says; without one, make a pod of a folder or file, and start a host here if there is none',
    flags: [
      ...manifestFlags,
      ['-w, --watch', 'Go on, and do it again whenever a file changes; for development, with --link'],
      ...planFlags,
      ...pushFlags,
      ...startFlags,
    ],
    examples: [
      'pod up server.js',
      'pod up',
      'pod up origin -f pods.production.yaml',
      'pod up . --scale 2 -- --verbose',
    ],
    takesTail: true,
    load: () => import('./commands/up.ts'),
  },
  {
    usage: 'diff [remote] [path]',
    about: 'Show what "pod up" would do',
    flags: [...manifestFlags, ...planFlags, ...pushFlags, ...startFlags],
    takesTail: true,
    load: () => import('./commands/diff.ts'),
  },
  {
    usage: 'down [remote] [path]',
    about: 'Remove the pods that "pod up" made of a project',
    flags: [...manifestFlags, ['--stop', 'Stop them, and keep what is stored of them']],
    load: () => import('./commands/down.ts'),
  },
  {
    usage: 'serve [folder] [port]',
    about: 'Serve the files of a folder of this machine over HTTP, and keep doing so',
    flags: [
      ['--port <port>', 'TCP port; 0 takes any free one (default: 8080)'],
      ['--host <address>', 'Address to listen on (default: 127.0.0.1)'],
      ['--spa', 'Answer with index.html where a browser asks for a page that is not there'],
      ['--name <name>', 'Name of the pod (default: that of the folder)'],
      ['--take', 'Take over a pod of the same name'],
    ],
    examples: ['pod serve ./dist --spa', 'pod serve /srv/site --port 80 --host 0.0.0.0'],
    load: () => import('./commands/serve.ts'),
  },
  {
    usage: 'import [file]',
    about:
      "Write pods.yaml from PM2's ecosystem file, a Procfile, supervisord's .conf or systemd's .service, and say what became of each key",
    flags: [
      ['--from-pm2', 'Take what "pm2 save" wrote: ~/.pm2/dump.pm2'],
      ['--env <name>', 'Which env_NAME of the ecosystem file goes over env'],
      ['-o, --output <file>', 'The manifest that is written (default: pods.yaml)'],
      ['--print', 'Show the manifest, and write nothing'],
      ['--force', 'Write over a manifest that is there'],
      ['--timeout <time>', 'How long a config file that is a program may run (default: 10s)'],
    ],
    examples: [
      'pod import ecosystem.config.js --env production',
      'pod import --from-pm2',
      'pod import Procfile --print',
    ],
    load: () => import('./commands/import.ts'),
  },
  {
    usage: 'push <remote> <name> [file]',
    about:
      'Store a file, a folder or a command as the newest version of a pod; a JavaScript file is bundled; p8a:NAME is a pod that ships with p8a',
    flags: [...pushFlags, ...afterPush],
    takesTail: true,
    examples: [
      'pod push local hello hello.ts',
      'pod push local web .',
      'pod push local web . -- --port 3000',
      'pod push local backup backup.sh',
      "pod push local files --command 'python3 -m http.server 8000'",
      'pod push local hello p8a:hello',
    ],
    load: () => import('./commands/push.ts'),
  },
  {
    usage: 'start <remote> <name>',
    about:
      'Start a pod; it gets options that are not listed here as params, a program what stands behind "--" as arguments',
    flags: [...startFlags, ['--asleep', 'Let it sleep until somebody connects'], ...scriptFlags, noWait],
    examples: [
      'pod start local backup --level 3 --wait -- arguments "of a script"',
      'pod start local hello --value 24',
      'pod start local hello --scale 4 -- --scale "a param called scale"',
    ],
    takesParams: true,
    load: () => import('./commands/start.ts'),
  },
  {
    usage: 'stop <remote> <name>',
    about: 'Stop a pod, or one run: web.7, in whose place another comes if it is of a service',
    flags: [
      ['--drain <time>', 'Before that, let calls finish that are under way, such as 30s; new ones go to other runs'],
      noWait,
    ],
    load: () => import('./commands/stop.ts'),
  },
  {
    usage: 'restart <remote> <name>',
    about: 'Stop a pod and start its newest version with the same params',
    flags: [noWait],
    load: () => import('./commands/restart.ts'),
  },
  {
    usage: 'reload <remote> <name>',
    about:
      'Let a run of the newest version come up beside each run and take its place; if one does not come up, nothing changes',
    flags: [['--to <version>', 'That version, in the place of the newest one'], width, noWait],
    examples: ['pod reload local web', 'pod reload local web --to 3', 'pod reload all'],
    load: () => import('./commands/reload.ts'),
  },
  {
    usage: 'rollback <remote> <name> [version]',
    about:
      'Reload a pod to the version that was up before this one, with the params and options of then; again: one further back',
    flags: [['--version-only', 'With the params and options of now'], width, noWait],
    load: () => import('./commands/rollback.ts'),
  },
  {
    usage: 'wake <remote> <name>',
    about: 'See to it that a pod is up: start it as it was started last, unless it is',
    flags: [noWait],
    load: () => import('./commands/wake.ts'),
  },
  {
    usage: 'sleep <remote> <name>',
    about: 'Put a pod that has ports to sleep: its runs finish what they have, and whoever connects starts it',
    flags: [noWait],
    load: () => import('./commands/sleep.ts'),
  },
  {
    usage: 'status <remote> [name]',
    aliases: ['list', 'ls'],
    about: 'Show all pods, or one in detail (also: list, ls)',
    flags: [usage, ['-w, --watch', 'Show it again whenever it changes, until Ctrl-C']],
    load: () => import('./commands/status.ts'),
  },
  {
    usage: 'top <remote>',
    about: 'Show all pods, also of hosts within, in a table that lives; ? there shows its keys',
    load: () => import('./commands/top.ts'),
  },
  {
    usage: 'remove <remote> <name>',
    aliases: ['rm'],
    about: 'Remove a pod with its versions, records, logs and storage (also: rm)',
    flags: [force, ['--run <id>', 'Only this run of a script: its record and its output']],
    load: () => import('./commands/remove.ts'),
  },
  {
    usage: 'scale <remote> <name> <n>',
    about: 'Set how many runs a pod has; +N and -N are that many more or fewer',
    flags: [noWait],
    load: () => import('./commands/scale.ts'),
  },
  {
    usage: 'env <remote> <name> [...variables]',
    about:
      'Show the environment variables of a pod; NAME=value sets one, NAME takes that of this shell, NAME- unsets one',
    flags: [['--values', 'Show the values too, which may be secret'], noWait],
    examples: ['pod env local web', 'pod env local web NODE_ENV=production OLD-'],
    load: () => import('./commands/env.ts'),
  },
  ...groupTable,
  {
    usage: 'send <remote> <name> [text]',
    about: "Write a line into the stdin of a pod that has stdin: 'open'; without a text, what stdin has",
    flags: [['--no-newline', 'Add no newline to the text']],
    examples: ['pod send local game "say hello"', 'pod send local game < commands'],
    load: () => import('./commands/send.ts'),
  },
  {
    usage: 'logs <remote> [name]',
    about: 'Print log lines of host and pods in order of time; "!" marks stderr, "*" the host',
    flags: [
      ['--time <time>', 'Only then: "last 5 mins", "yesterday 14:00 to 15:00", 2026-11-20T10:00Z..'],
      ['-f, --follow', 'Keep printing lines as they come, also of the next host if this one goes away'],
      ['--run <id>', 'Only this run: web.7, or 7 if you name a pod'],
      [
        '--tag <tag>',
        'Only lines with this tag: stdout, stderr, or the word in [] at their beginning (may be repeated)',
      ],
      ['--since <time>', 'Only lines from then on: "2 hours ago", yesterday, 2026-11-20T10:00Z'],
      ['--until <time>', 'Only lines until then'],
      ['--grep <text>', 'Only lines that have this text, upper and lower case alike; the host searches'],
      ['-n, --lines <n>', 'Only the last n lines (default on a terminal: the last screen; elsewhere: all)'],
      ['--all', 'All lines that are kept, also on a terminal'],
      ['--raw', 'Show lines of JSON as they are, also on a terminal'],
    ],
    examples: ['pod logs web -f', 'pod logs web --grep timeout --since yesterday', 'pod logs web --all | less'],
    load: () => import('./commands/logs.ts'),
  },
  {
    usage: 'call <remote> <name> <fn> [...args]',
    about: 'Call a function that a pod exports; each argument is JSON, or else text',
    flags: [['--timeout <time>', 'How long the call may take, such as 10s']],
    examples: [`pod call local math add 1 2`, `pod call local users find '{"name":"ann"}'`],
    load: () => import('./commands/call.ts'),
  },
  {
    usage: 'runs <remote> [name]',
    about: "List a pod's runs, or those of all pods, newest first",
    flags: [
      ['--active', 'Only runs that have not ended'],
      ['--failed', 'Only runs that did not end well'],
      ['--since <time>', 'Only runs that began then or later: "last 2 hours", yesterday, 2026-11-20T10:00Z'],
      ['-n, --limit <n>', 'At most n runs (default: 100)'],
      ['--offset <n>', 'Skip the newest n runs'],
    ],
    load: () => import('./commands/runs.ts'),
  },
  {
    usage: 'versions <remote> <name> [from] [to]',
    about: 'List the versions of a pod, newest first; "*" marks the one that is run',
    flags: [
      ['--diff', 'Show what changed between two versions (default: from the one that is run to the newest)'],
      ['--deploys', 'Show what was started, reloaded and rolled back, by whom, and what came of it'],
    ],
    examples: ['pod versions local web', 'pod versions local web --diff v1 v3', 'pod versions local web --deploys'],
    load: () => import('./commands/versions.ts'),
  },
  {
    usage: 'output <remote> <run>',
    about: 'Print what a run of a script wrote, byte for byte (without a number: its newest run)',
    flags: [
      ['-f, --follow', 'Keep printing until the run ends'],
      ['--offset <bytes>', 'Skip so many bytes'],
    ],
    examples: ['pod output local backup', 'pod output local backup.7 --follow'],
    load: () => import('./commands/output.ts'),
  },
  {
    usage: 'shell <remote> [name]',
    about: 'Open a prompt on a host, or on a pod with commands of its own; or run the commands on stdin',
    flags: [['-i, --interactive', 'Open a prompt although stdin is not a terminal']],
    examples: ['pod shell local', 'pod shell local web < script'],
    load: () => import('./commands/shell.ts'),
  },
  {
    usage: 'completion <shell>',
    about: 'Print the completion script for bash, zsh or fish',
    examples: ['source <(pod completion bash)', 'pod completion fish > ~/.config/fish/completions/pod.fish'],
    load: () => import('./commands/completion.ts'),
  },
]
