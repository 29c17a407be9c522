// Where things lie in the checkout.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const podProgram = join(root, 'bin/pod.cjs')

/** A fixture pod's file. */
export function fixture(name: string): string {
  return join(root, 'test/fixtures/pods', `${name}.js`)
}

/** Says its arguments to `NOTIFY_SOCKET`. */
export const notifyProgram = join(root, 'test/fixtures/programs/notify.mjs')
