// Loads a program as Node would start it: as the main module, with arguments of its own. Loading it is starting it.
import type { Channel } from 'node:diagnostics_channel'
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Exported, exportedOf, membersOf } from './load.ts'
import { takeMessages } from './messages.ts'

/** What Node's own `node FILE` calls; it is in no type, and the same in Node 22 to 26. */
type MainModule = { runMain(file: string): void; createRequire(file: string): NodeJS.Require }

/** What a program makes can be read by others, as its authors are used to. */
const programUmask = 0o022

/**
 * Runs a file as the main module.
 * @param onListening called when a server of the program listens for the first time
 * @param onReady called when it sends `ready`
 * @returns what it exports, once it has loaded, and whether any server of it was asked to listen by then
 * @throws whatever it throws while it is loaded
 */
export async function runProgram(
  file: string,
  { args, onListening, onReady }: { args: readonly string[]; onListening: () => void; onReady: () => void },
): Promise<Exported & { isListening: boolean }> {
  const asked = watchListening(onListening)
  takeMessages(onReady)
  process.umask(programUmask)
  const module = process.getBuiltinModule('node:module') as unknown as MainModule
  process.argv.splice(1, process.argv.length, file, ...args)
  module.runMain(file)
  const { main } = module.createRequire(file)
  // What began this process stays the main module of one that runs an ES module.
  const isCommonJs = main !== undefined && [file, realpathSync(file)].includes(main.filename)
  const exported: unknown = isCommonJs ? main.exports : await import(pathToFileURL(file).href)
  return { ...exportedOf(membersOf(Object(exported), file)), isListening: asked.isListening }
}

/** The channels that every server of Node tells that it is to listen, and that it does, whatever stands on it. */
function watchListening(onListening: () => void): { isListening: boolean } {
  const { channel } = process.getBuiltinModule('node:diagnostics_channel')
  const asked = { isListening: false }
  listenOnce(channel('tracing:net.server.listen:asyncStart'), () => {
    asked.isListening = true
  })
  listenOnce(channel('tracing:net.server.listen:asyncEnd'), onListening)
  return asked
}

function listenOnce(channel: Channel, then: () => void): void {
  const once = () => {
    channel.unsubscribe(once)
    then()
  }
  channel.subscribe(once)
}
