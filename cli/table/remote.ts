// The commands about the addresses of hosts.
import type { CommandSpec } from '../argv/command.ts'

export const remoteTable: readonly CommandSpec[] = [
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
    load: () => import('../commands/remote-add.ts'),
  },
  {
    usage: 'remote list',
    aliases: ['remote ls'],
    about: 'List the remotes, and whether they answer',
    load: () => import('../commands/remote-list.ts'),
  },
  {
    usage: 'remote remove <name>',
    aliases: ['remote rm'],
    about: 'Forget a remote',
    load: () => import('../commands/remote-remove.ts'),
  },
  {
    usage: 'remote pin <name> <fingerprint>',
    about: 'Trust another certificate of a host, once you know that it is right',
    load: () => import('../commands/remote-pin.ts'),
  },
]
