// The commands that a fleet brings to its hosts. They stand here too, so that they are known, and explained, while no fleet pod is up.
import type { CommandSpec, FlagLine } from '../argv/command.ts'

const load = (verb: string) => async () => ({ run: (await import('../commands/of-fleet.ts')).fleetVerb(verb) })

const own: readonly FlagLine[] = [
  ['--name <host>', 'Name of this host in the fleet (default: that of the machine)'],
  ['--tag <tag>', 'What pods may ask of their host by "on"; may be repeated'],
]

const server: FlagLine = ['--server <file>', 'The nats-server to run (default: that of the PATH)']

const engine: readonly FlagLine[] = [
  ['--nats <urls>', 'Addresses of the NATS servers at which hosts meet, with commas between'],
  ['--replicas <count>', 'How many of the servers keep each value: 1 or 3 (default: 3 with three addresses)'],
  ['--user <name>', 'Who this fleet is at the servers'],
  ['--password-file <file>', 'File with the password of that user'],
  ['--ca-file <file>', 'PEM certificate of whoever signed those of the servers'],
  ['--engine <addresses>', 'Set up the servers on this host instead: HOST:PORT, or three with commas between'],
  server,
]

export const fleetTable: readonly CommandSpec[] = [
  {
    usage: 'fleet init <remote>',
    about: 'Begin a fleet of this host: alone, or with --nats one that others can join',
    flags: [...own, ...engine],
    examples: [
      'pod fleet init',
      'pod fleet init --name a --engine 10.0.0.1:4222',
      'pod fleet init --name a --nats tls://10.0.0.1:4222,tls://10.0.0.2:4222',
    ],
    load: load('init'),
  },
  {
    usage: 'fleet invite <remote>',
    about: 'Print the string that lets another machine join: whoever has it is in the fleet',
    flags: [['--engine <address>', 'Let that machine give the engine a server, at HOST:PORT']],
    examples: ['pod fleet invite', 'pod fleet invite --engine 10.0.0.2:4222'],
    load: load('invite'),
  },
  {
    usage: 'fleet join <remote> <invite>',
    about: 'Join the fleet that an invite is of; - reads the invite from stdin or asks for it',
    flags: [...own, ['--engine <address>', 'Give the engine a server of this host, at HOST:PORT'], server],
    examples: ['pod fleet join - --name b --tag gpu', 'pod fleet join - --name b --engine 10.0.0.2:4222'],
    load: load('join'),
  },
  {
    usage: 'fleet move <remote>',
    about: 'Move a fleet of one host to a NATS at which others can join, or without --nats back into the host',
    flags: engine,
    examples: ['pod fleet move --nats tls://10.0.0.1:4222', 'pod fleet move'],
    load: load('move'),
  },
  { usage: 'fleet leave <remote>', about: 'Leave the fleet; drain this host before', load: load('leave') },
  {
    usage: 'fleet status <remote>',
    about: 'Show the hosts of a fleet, what they have, and what hinders it',
    load: load('status'),
  },
  {
    usage: 'fleet doctor <remote>',
    about: 'Show what is wrong with the engine, clocks and versions of a fleet',
    load: load('doctor'),
  },
  { usage: 'fleet cordon <remote> <host>', about: 'Give a host no new pods', load: load('cordon') },
  { usage: 'fleet uncordon <remote> <host>', about: 'Give a host pods again', load: load('uncordon') },
  {
    usage: 'fleet drain <remote> <host>',
    about: 'Move all pods of a host elsewhere: each is up there before it ends here',
    load: load('drain'),
  },
  {
    usage: 'fleet forget <remote> <host>',
    about: 'Take a host that is gone for good out of the fleet',
    load: load('forget'),
  },
  {
    usage: 'fleet remove <remote> <host>',
    about: 'Cut a host off at once, whatever it does: its credential is void',
    load: load('remove'),
  },
  { usage: 'fleet servers <remote>', about: 'Show where the servers of the engine are', load: load('servers') },
  {
    usage: 'fleet add-server <remote> <address>',
    about: 'Give the engine a server of this host, at HOST:PORT',
    flags: [server],
    examples: ['pod fleet add-server 10.0.0.2:4222'],
    load: load('add-server'),
  },
  {
    usage: 'fleet remove-server <remote> <host>',
    about: 'Take the server of a host from the engine: another one stands in for it',
    load: load('remove-server'),
  },
  {
    usage: 'fleet renew <remote>',
    about: 'Make the certificates of the servers of this host anew, which it does by itself in time',
    load: load('renew'),
  },
]
