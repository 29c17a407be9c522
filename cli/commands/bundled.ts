// Bundles a file for a push, and says what the bundler warns of.
import { basename } from 'node:path'
import type { Bundle, BundleWarning } from '../bundle/bundle.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { ofPart } from './part.ts'

/**
 * For people, the warnings are said on stderr; with `--json` they are for the caller to put into the answer.
 * @throws {P8aError} what `bundle()` throws
 */
export async function bundled(file: string, output: Output): Promise<Bundle> {
  const { bundle } = await import('../bundle/bundle.ts')
  const made = await ofPart(spin(`Bundling ${basename(file)}`, output, bundle(file)))
  if (!output.json) for (const warning of made.warnings) await sayWarning(warning)
  return made
}

/** The files that a file loads. @throws {P8aError} what `filesOf()` throws */
export async function loadedFiles(file: string): Promise<string[]> {
  const { filesOf } = await import('../bundle/bundle.ts')
  return await ofPart(filesOf(file))
}

async function sayWarning({ text, hint, file, line, column }: BundleWarning): Promise<void> {
  const { say } = await import('../say/say.ts')
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}:${column}`}: `
  await say('warn', `${place}${text}`)
  if (hint) await say('info', hint)
}
