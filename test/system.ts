// The programs of the system that tests try p8a with; scripts/system.ts installs them.
import { join } from 'node:path'
import { root } from './paths.ts'
import { pathOf } from './programs.ts'

/** Those that will do, the best first: one that has no windows takes a third of the time of one that hides them. */
export const browsers = ['chromium-headless-shell', 'chromium'] as const

/** Where the browser is; undefined if this machine has none: then what needs it is skipped by name. */
export function browserProgram(): string | undefined {
  return browsers.map(name => pathOf(name)).find(path => path !== undefined)
}

/** Where scripts/install-nats.ts puts a nats-server that is new enough: that of the system may be one that loses writes. */
export const natsFolder = join(root, 'node_modules/.cache/nats-server')

/** The nats-server that tests use; undefined if there is none. */
export function natsServer(): string | undefined {
  return pathOf('nats-server', join(natsFolder, 'usr/sbin'))
}
