// The commands that a gateway brings to its host. They stand here too, so that they are known, and explained, while no gateway is up.
import type { CommandSpec } from '../argv/command.ts'

export const gatewayTable: readonly CommandSpec[] = [
  {
    usage: 'routes <remote>',
    about: 'Show where the gateway of a host brings requests, and how those pods are',
    load: () => import('../commands/routes.ts'),
  },
  {
    usage: 'pause <remote> <name>',
    about: 'Hold requests for a pod or a group at the gateway; what is under way goes on',
    flags: [['--for <time>', 'Let them go on by itself after that, such as 30s']],
    examples: ['pod pause web', 'pod pause web --for 30s'],
    load: () => import('../commands/pause.ts'),
  },
  {
    usage: 'resume <remote> <name>',
    about: 'Let requests go on that "pod pause" holds',
    load: () => import('../commands/resume.ts'),
  },
  {
    usage: 'gateway status <remote>',
    about: 'Show what the gateway of a host has counted, by pod, and its certificates',
    load: () => import('../commands/gateway-status.ts'),
  },
]
