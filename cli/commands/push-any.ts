// Pushes what a path names: a folder, a script, or a file that is bundled.
import { realpath, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Pushed } from '../../protocol/words.ts'
import type { Options } from '../argv/options.ts'
import type { BundleWarning } from '../bundle/bundle.ts'
import { readScript } from '../bundle/script-file.ts'
import { isProgram, programOf } from '../folder/program.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { bundled, loadedFiles } from './bundled.ts'

export type Asked = {
  name: string
  file: string
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
  { name, file, options, output, labels, args, showLines: say = showLines }: Asked,
): Promise<Pushed & { warnings?: BundleWarning[] }> {
  const shown = { name, file: basename(resolve(file)).slice(-255), ...(labels && { labels }) }
  const pushing = <T>(pushed: Promise<T>) => spin(`Pushing ${name}`, output, pushed)
  if (await isFolder(file)) {
    const folder = await realpath(file)
    const asked = { ...shown, ...folderOptions(options), ...(args && { args }) }
    if (options.has('link')) return await pushing(host.call('pod.push', { ...asked, folder }))
    const { pushFolder } = await import('../folder/push-folder.ts')
    return await pushFolder(host, folder, { ...asked, say: output.json ? () => {} : say })
  }
  const script = await readScript(file, { isForced: options.has('service') || options.has('command') })
  if (script) return await pushing(host.call('pod.push', { ...shown, ...script, ...keptOptions(options) }))
  if (await isProgram(file)) {
    const { pushFolder } = await import('../folder/push-folder.ts')
    const { root, entry, only } = await programOf(file, loadedFiles)
    const asked = { ...shown, ...folderOptions(options), entry, only, ...(args && { args }) }
    return await pushFolder(host, root, { ...asked, say: output.json ? () => {} : say })
  }
  const { warnings, code, map } = await bundled(file, output)
  const pushed = await pushing(host.call('pod.push', { ...shown, code, map }))
  return warnings.length > 0 ? { ...pushed, warnings } : pushed
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
