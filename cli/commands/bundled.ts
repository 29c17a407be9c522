// Bundles a file for a push, and says what the bundler warns of. The bundler ships as a file of its own, since most
// commands do not need it and it is as large as the rest of the CLI.
import { basename } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { Bundle, BundleWarning } from '../bundle/bundle.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'

/**
 * For people, the warnings are said on stderr; with `--json` they are for the caller to put into the answer.
 * @throws {P8aError} what `bundle()` throws
 */
export async function bundled(file: string, output: Output): Promise<Bundle> {
  const { bundle } = await import('../bundle/bundle.ts')
  const made = await spin(`Bundling ${basename(file)}`, output, bundle(file)).catch(error => {
    throw inOwnClass(error)
  })
  if (!output.json) for (const warning of made.warnings) await sayWarning(warning)
  return made
}

async function sayWarning({ text, hint, file, line, column }: BundleWarning): Promise<void> {
  const { say } = await import('../say/say.ts')
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}:${column}`}: `
  await say('warn', `${place}${text}`)
  if (hint) await say('info', hint)
}

/** The file of the bundler has a copy of the error class, which is another class here. */
function inOwnClass(error: unknown): unknown {
  if (error instanceof P8aError || !(error instanceof Error) || error.name !== 'P8aError') return error
  const { code, message, steps, facts, cause } = error as P8aError
  return new P8aError(code, message, { hint: steps, facts, cause })
}
