// What the bundler knows of a file that is pushed: its bundle, with what it warns of, or how it is taken.
import { basename } from 'node:path'
import type { Bundle, BundleWarning, Loaded, Taken } from '../bundle/bundle.ts'
import { readScript } from '../bundle/script-file.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { builtBundle, isBuilt } from './built-in.ts'
import { ofPart } from './part.ts'

/**
 * Its warnings are said, as {@link sayWarnings} says them.
 * @throws {P8aError} what `bundle()` throws
 */
export async function bundled(file: string, output: Output): Promise<Bundle> {
  const made = await spin(`Bundling ${basename(file)}`, output, bundleOf(file))
  await sayWarnings(made.warnings, output)
  return made
}

/** For people, on stderr: with `--json` warnings are for the caller to put into the answer. */
export async function sayWarnings(warnings: readonly BundleWarning[], output: Output): Promise<void> {
  if (output.json) return
  for (const [index, warning] of warnings.entries()) await sayWarning(warning, warnings[index + 1])
}

/** @throws {P8aError} what `bundle()` throws */
export async function bundleOf(file: string): Promise<Bundle> {
  if (isBuilt(file)) return await builtBundle(file)
  const { bundle } = await import('../bundle/bundle.ts')
  return await ofPart(bundle(file))
}

/** The files that a file loads, and what it will not find. @throws {P8aError} what `filesOf()` throws */
export async function loadedFiles(file: string): Promise<Loaded> {
  const { filesOf } = await import('../bundle/bundle.ts')
  return await ofPart(filesOf(file))
}

/** How a file is taken. */
export async function takenFile(file: string): Promise<Taken> {
  if (isBuilt(file)) return { as: 'pod', because: 'it ships with p8a' }
  const { takenAs } = await import('../bundle/bundle.ts')
  return await ofPart(takenAs(file))
}

/**
 * A script that is pushed alone, as it is; undefined for a file that is none, or that loads other files.
 * @throws {P8aError} `too_large`
 */
export async function scriptAlone(file: string, options: { isForced?: boolean } = {}): ReturnType<typeof readScript> {
  const script = await readScript(file, options)
  // In base64: what begins without `#!`.
  if (!script || options.isForced || !/^(?:77u\/)?IyE/.test(script.code)) return script
  const { loadedByScript } = await import('../bundle/bundle.ts')
  return (await ofPart(loadedByScript(file))) === undefined ? script : undefined
}

/** A hint that the next warning has too is said there alone. */
async function sayWarning(
  { text, hint, file, line, column }: BundleWarning,
  next: BundleWarning | undefined,
): Promise<void> {
  const { say } = await import('../say/say.ts')
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}:${column}`}: `
  await say('warn', `${place}${text}`)
  if (hint && hint !== next?.hint) await say('info', hint)
}
