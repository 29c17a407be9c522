// The commands about the host on this machine.
import type { CommandSpec } from '../argv/command.ts'
import { tokenFlags } from '../argv/token-flags.ts'

const ofFleet = (verb: string) => async () => ({ run: (await import('../commands/of-fleet.ts')).hostVerb(verb) })

export const hostTable: readonly CommandSpec[] = [
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
    load: () => import('../commands/host-start.ts'),
  },
  {
    usage: 'host stop',
    about: 'Stop the host on this machine; its pods keep running',
    flags: [['--pods', 'Stop the pods too']],
    load: () => import('../commands/host-stop.ts'),
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
    load: () => import('../commands/startup.ts'),
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
    load: () => import('../commands/host-upgrade.ts'),
  },
  { usage: 'host status', about: 'Show the host on this machine', load: () => import('../commands/host-status.ts') },
  {
    usage: 'host doctor',
    about: 'Show what this machine can do to hold pods, and what is missing',
    load: () => import('../commands/host-doctor.ts'),
  },
  {
    usage: 'host token',
    about: 'Print the token of the host on this machine',
    load: () => import('../commands/host-token.ts'),
  },
  {
    usage: 'host password',
    about: "Set the password of the shell's own port: you are asked for it, or it is read from stdin",
    load: () => import('../commands/host-password.ts'),
  },
  {
    usage: 'host token add <name>',
    about: 'Make a token for the host on this machine, and print it once',
    flags: tokenFlags,
    examples: ['pod host token add ci --role deploy --expires 90d', 'pod host token add ann --path inner'],
    load: () => import('../commands/host-token-add.ts'),
  },
  {
    usage: 'host token list',
    aliases: ['host token ls'],
    about: 'List the tokens of the host on this machine',
    load: () => import('../commands/host-token-list.ts'),
  },
  {
    usage: 'host token remove <name>',
    aliases: ['host token rm'],
    about: 'Remove a token of the host on this machine, and close the connections that it opened',
    load: () => import('../commands/host-token-remove.ts'),
  },
  {
    usage: 'host invite [name]',
    about: 'Make a token, and print it with address and fingerprint as one string for "pod remote add"',
    flags: [
      ...tokenFlags,
      ['--address <address>', 'Address at which others reach this host (default: the one on which it listens)'],
      ['--fleet', 'Invite to the fleet that this host is in, as "pod fleet invite"'],
    ],
    examples: ['pod host invite', 'pod host invite ann --role read --address tls://example.org:3000'],
    load: () => import('../commands/host-invite.ts'),
  },
  {
    usage: 'host drain <host>',
    about: 'Move all pods of a host of the fleet elsewhere, as "pod fleet drain"',
    load: ofFleet('drain'),
  },
  {
    usage: 'host cordon <host>',
    about: 'Give a host of the fleet no new pods, as "pod fleet cordon"',
    load: ofFleet('cordon'),
  },
  {
    usage: 'host uncordon <host>',
    about: 'Give a host of the fleet pods again, as "pod fleet uncordon"',
    load: ofFleet('uncordon'),
  },
  {
    usage: 'page [remote]',
    about: 'Print a link to the page of a host, and open it in a browser',
    flags: [
      ['--role <role>', 'What the page may do: read, deploy or admin (default: what you may)'],
      ['--no-open', 'Open no browser'],
    ],
    examples: ['pod page', 'pod page prod --role read'],
    load: () => import('../commands/page.ts'),
  },
  {
    usage: 'host audit',
    about: 'Show who changed what on the host on this machine',
    flags: [['-n, --lines <n>', 'Only the last n lines (default: 100)']],
    load: () => import('../commands/host-audit.ts'),
  },
]
