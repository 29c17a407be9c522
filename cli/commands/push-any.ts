// Pushes what a path names: a folder, a script, or a file that is bundled.
import { realpath, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Pushed } from '../../protocol/words-version.ts'
import type { Options } from '../argv/options.ts'
import type { BundleWarning } from '../bundle/bundle.ts'
import { refuseElsewhere } from '../folder/linked.ts'
import { programOf } from '../folder/program.ts'
import type { FolderPush } from '../folder/push-folder.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { size } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { spin, spinning } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { bundled, loadedFiles, sayWarnings, scriptAlone, takenFile } from './bundled.ts'
import { isList } from './project-given.ts'

export type Asked = {
  name: string
  /** Undefined: no file is pushed, just a command. */
  file: string | undefined
  options: Options
  output: Output
  labels?: Record<string, string>
  /** Arguments of the program of a folder. */
  args?: string[] | undefined
  /** Shows lines of a build; by default on stderr. */
  showLines?: (lines: readonly string[]) => void
}

/** @throws {P8aError} what `pod.push` throws, and what reading and bundling throw */
export async function pushAny(
  host: RemoteHost,
  asked: Asked,
): Promise<Pushed & { warnings?: BundleWarning[]; leftOut?: string[] }> {
  const { name, file, options, output, labels, args } = asked
  const message = options.text('message')
  const said = {
    name,
    ...(labels && { labels }),
    ...(message !== undefined && { message }),
    ...(options.has('writable') && { writable: options.all('writable') }),
  }
  if (file === undefined) return await pushCommand(host, said, { options, output })
  const shown = { ...said, file: basename(resolve(file)).slice(-255) }
  const pushing = <T>(pushed: Promise<T>) => spin(`Pushing ${name}`, output, pushed)
  if (await isFolder(file)) {
    const folder = await realpath(file)
    const tree = { ...shown, ...folderOptions(options), ...(args && { args }) }
    if (options.has('link')) {
      refuseElsewhere(host.remote, folder)
      return await pushing(host.call('pod.push', { ...tree, folder }))
    }
    return await pushTree(host, folder, tree, asked)
  }
  const script = await scriptAlone(file, { isForced: options.has('service') || options.has('command') })
  if (script) {
    const pushed = await pushing(host.call('pod.push', { ...shown, ...script, ...keptOptions(options) }))
    return pushed.kind === 'script'
      ? { ...pushed, text: 'a script, which each start runs once; with --service it is kept up' }
      : pushed
  }
  const taken = await takenFile(file)
  if (taken.as === 'list') throw isList(file)
  if (taken.as === 'program') return await pushProgram(host, { ...asked, file, said: shown, because: taken.because })
  const { warnings, code, map } = await bundled(file, output)
  const pushed = await pushing(host.call('pod.push', { ...shown, code, map }))
  return withWarnings(pushed, warnings)
}

/** A file of a program that was not written for p8a: the folder that it belongs to is pushed. `because`: how that is known. */
async function pushProgram(
  host: RemoteHost,
  { said, because, file, ...asked }: Asked & { said: { name: string; file: string }; because: string; file: string },
): Promise<Pushed & { warnings?: BundleWarning[]; leftOut?: string[] }> {
  const { options, output, args } = asked
  const { root, entry, only, warnings = [] } = await programOf(file, loadedFiles)
  await sayWarnings(warnings, output)
  const own = { entry, only, isProgram: only !== undefined, ...(args && { args }) }
  const pushed = await pushTree(host, root, { ...said, ...folderOptions(options), ...own }, asked)
  const text = `${basename(entry)} is a program: ${because}`
  return withWarnings({ ...pushed, text: pushed.text === undefined ? text : `${text}; ${pushed.text}` }, warnings)
}

function withWarnings<T extends Pushed>(pushed: T, warnings: BundleWarning[]): T & { warnings?: BundleWarning[] } {
  return warnings.length > 0 ? { ...pushed, warnings } : pushed
}

/** Pushes the files of a folder: how many bytes are sent is shown until its build says something. */
async function pushTree(
  host: RemoteHost,
  folder: string,
  asked: Omit<FolderPush, 'say' | 'onSent'>,
  { output, showLines: say = showLines }: Pick<Asked, 'output' | 'showLines'>,
): Promise<Pushed & { leftOut?: string[] }> {
  const { pushFolder } = await import('../folder/push-folder.ts')
  let text = `Pushing ${asked.name}`
  const onSent = (sent: number, all: number) => {
    text = `Pushing ${asked.name}: ${size(sent)} of ${size(all)}`
  }
  const end = spinning(() => text, output)
  const shown = (lines: readonly string[]) => {
    end()
    if (!output.json) say(lines)
  }
  return await pushFolder(host, folder, { ...asked, onSent, say: shown }).finally(end)
}

/** A command that the host has already, in an empty folder. */
async function pushCommand(
  host: RemoteHost,
  said: { name: string },
  { options, output }: Pick<Asked, 'options' | 'output'>,
): Promise<Pushed> {
  const asked = { ...said, command: options.text('command'), tree: [] }
  return await spin(`Pushing ${said.name}`, output, host.call('pod.push', asked))
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

function folderOptions(options: Options) {
  return {
    entry: options.text('entry'),
    command: options.text('command'),
    build: options.text('build'),
    noBuild: options.has('no-build'),
    asIs: options.has('as-is'),
  }
}

/** Whether a script is kept up as a service. */
function keptOptions(options: Options): { kind?: 'service'; command?: string } {
  const command = options.text('command')
  if (command !== undefined) return { kind: 'service', command }
  return options.has('service') ? { kind: 'service' } : {}
}

/** On stderr, since stdout has the answer. */
function showLines(lines: readonly string[]): void {
  process.stderr.write(lines.map(line => `${plain(line)}\n`).join(''))
}
