// Loads a program as Node would start it: as the main module, with arguments of its own. Loading it is starting it.
import { pathToFileURL } from 'node:url'
import { type Exported, exportedOf, membersOf } from './load.ts'

/** What Node's own `node FILE` calls; it is in no type, and the same in Node 22 to 26. */
type MainModule = { runMain(file: string): void; createRequire(file: string): NodeJS.Require }

/** What a program makes can be read by others, as its authors are used to. */
const programUmask = 0o022

/**
 * Runs a file as the main module.
 * @param onReady called when a server of the program listens for the first time, or when it sends `ready`
 * @returns the functions that it exports, once it has loaded
 * @throws whatever it throws while it is loaded
 */
export async function runProgram(
  file: string,
  { args, onReady }: { args: readonly string[]; onReady: () => void },
): Promise<Exported> {
  watchListening(onReady)
  takeMessages(onReady)
  process.umask(programUmask)
  const module = process.getBuiltinModule('node:module') as unknown as MainModule
  process.argv.splice(1, process.argv.length, file, ...args)
  module.runMain(file)
  const { main } = module.createRequire(file)
  const exported: unknown = main?.exports ?? (await import(pathToFileURL(file).href))
  return exportedOf(membersOf(Object(exported), file))
}

/** The channel that every server of Node tells that it listens, whatever stands on it. */
function watchListening(onReady: () => void): void {
  const channel = process.getBuiltinModule('node:diagnostics_channel').channel('tracing:net.server.listen:asyncEnd')
  const once = () => {
    channel.unsubscribe(once)
    onReady()
  }
  channel.subscribe(once)
}

/** Programs that PM2 kept up say `process.send('ready')`; there is no parent that takes anything else. */
function takeMessages(onReady: () => void): void {
  process.send = (message: unknown) => {
    if (message === 'ready') onReady()
    return true
  }
}
