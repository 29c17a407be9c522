// The commands that take what people have: folders, manifests, the files of other tools.
import type { CommandSpec, FlagLine } from '../argv/command.ts'
import { startFlags } from '../argv/start-flags.ts'
import { pushFlags } from './flags.ts'

const manifestFlags: readonly FlagLine[] = [
  ['-f, --file <file>', 'The manifest (default: pods.yaml, pods.yml or pods.json)'],
  ['--name <name>', 'Name of the pod, where a file or folder is taken without a manifest'],
]
const planFlags: readonly FlagLine[] = [
  ['--take', 'Take over pods of the same names that another project, or nobody, made'],
  ['--no-remove', 'Keep pods that an earlier "pod up" made and the project has no more'],
]

export const projectTable: readonly CommandSpec[] = [
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
    load: () => import('../commands/up.ts'),
  },
  {
    usage: 'diff [remote] [path]',
    about: 'Show what "pod up" would do',
    flags: [...manifestFlags, ...planFlags, ...pushFlags, ...startFlags],
    takesTail: true,
    load: () => import('../commands/diff.ts'),
  },
  {
    usage: 'down [remote] [path]',
    about: 'Remove the pods that "pod up" made of a project',
    flags: [...manifestFlags, ['--stop', 'Stop them, and keep what is stored of them']],
    load: () => import('../commands/down.ts'),
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
    load: () => import('../commands/serve.ts'),
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
    load: () => import('../commands/import.ts'),
  },
  {
    usage: 'git receive <name>',
    about: 'Deploy what was pushed by git: the host lets git run this, and people push by "git push"',
    flags: [['--path <path>', 'Path of the host that the pod is on']],
    load: () => import('../commands/git-receive.ts'),
  },
]
