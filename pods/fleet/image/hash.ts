// Hashes of what may be large: everything else has its turn meanwhile.
import { createHash, type Hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'

/** How much is hashed in one turn. */
const turnBytes = 1024 * 1024

export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  await update(hash, bytes)
  return hash.digest('hex')
}

export async function update(hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += turnBytes) {
    hash.update(bytes.subarray(at, at + turnBytes))
    await turn()
  }
}
