// The paths of programs of ours that the daemon starts: beside the built daemon, or among the sources.
import { fileURLToPath } from 'node:url'

/**
 * A flag of Node: without it, SIGUSR1 opens the inspector to every user of the machine, who could run code with it. A
 * pod that wants that has `--no-disable-sigusr1` in its `nodeFlags`.
 */
export const noInspector = '--disable-sigusr1'

/** Where the package.json of this host is. */
export function ownFolder(): string {
  return fileURLToPath(new URL('..', import.meta.url)).replace(/\/(daemon\/)?$/, '')
}

export function shimFile(): string {
  return fileOf({ built: './shim.cjs', source: '../../shim/main.ts' })
}

/** The program that stays the parent of scripts. */
export function keeperFile(): string {
  return fileOf({ built: './keeper.cjs', source: '../../shim/keeper/main.ts' })
}

/** The program that reads a large image. */
export function readerCommand(): [file: string, ...args: string[]] {
  return [process.execPath, fileOf({ built: './reader.mjs', source: '../image/reader.ts' })]
}

/** What was read of the pods that ship with p8a, by their code. */
export function shippedFile(): string {
  return fileOf({ built: './pods/inspected.json', source: '../../dist/pods/inspected.json' })
}

/** The folder with the files of the page for people, as they are sent. */
export function pageFolder(): string {
  return fileOf({ built: './page', source: '../../dist/page' })
}

/** The pod that keeps the queues of a host, as it is pushed. */
export function queueFile(): string {
  return fileOf({ built: './pods/queue/pod.js', source: '../../dist/pods/queue/pod.js' })
}

/** A command of the CLI. */
export function cliCommand(...args: string[]): [file: string, ...args: string[]] {
  return [process.execPath, fileOf({ built: './cli.cjs', source: '../../cli/main.ts' }), ...args]
}

function fileOf({ built, source }: { built: string; source: string }): string {
  const fromSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(fromSource ? source : built, import.meta.url))
}
