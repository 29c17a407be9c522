// Sends one large file part by part, from where the host has it.
import { P8aError } from '../../protocol/errors.ts'
import type { TreeFile } from '../../protocol/tree.ts'
import type { RemoteHost } from '../remote/remote-host.ts'

export type PartsOf = {
  file: TreeFile
  /** How many bytes the host has of it. */
  from: number
  parts: (file: TreeFile, from: number) => AsyncIterable<Buffer>
  /** Told of the bytes of each part. */
  onSent: (bytes: number) => void
}

/** @returns whether the host has all of it; false: it is another file by now */
export async function sendParts(host: RemoteHost, { file, from, parts, onSent }: PartsOf): Promise<boolean> {
  const { hash, size } = file
  // The last byte is sent also where the host has all of them: then it looks whether they are right.
  let at = Math.min(from, size - 1)
  for (let isElsewhere = true; isElsewhere; ) {
    isElsewhere = false
    for await (const part of parts(file, at)) {
      const bytes = part.subarray(0, size - at)
      const sent = [{ hash, data: bytes.toString('base64'), offset: at, size }]
      const answer = await host.call('pod.push.files', { files: sent }).catch(ignoreOther)
      if (!answer) return false
      const now = answer.begun?.[hash] ?? size
      onSent(now - at)
      if (now >= size) return true
      // Somebody else may send it as well.
      isElsewhere = now !== at + bytes.length
      at = now
      if (isElsewhere) break
    }
  }
  return false
}

function ignoreOther(error: unknown): undefined {
  if (!(error instanceof P8aError) || error.code !== 'bad_image') throw error
}
