// Whether a file is a script, which is pushed as it is, byte for byte: one that ends in .sh, has a `#!` line, or is a program.
import { open, readFile, stat } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'

/** How ELF and Mach-O begin. */
const programs = ['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe']

/** No host takes a larger script, since it does not fit into one message. */
const maxScriptBytes = 128 * 1024 * 1024

/**
 * A script in the form in which it is pushed; undefined if `file` is not one, or cannot be read: then the bundler says
 * why.
 * @param options.isForced whether it is pushed as it is, whatever it looks like
 * @throws {P8aError} `too_large`
 */
export async function readScript(
  file: string,
  { isForced = false }: { isForced?: boolean } = {},
): Promise<{ code: string; encoding: 'base64'; kind: 'script' } | undefined> {
  try {
    const found = await stat(file)
    if (!found.isFile() || !(isForced || file.endsWith('.sh') || (await beginsAsScript(file)))) return undefined
    if (found.size > maxScriptBytes) throw tooLarge(file, found.size)
    return { code: (await readFile(file)).toString('base64'), encoding: 'base64', kind: 'script' }
  } catch (error) {
    if (error instanceof P8aError) throw error
    return undefined
  }
}

function tooLarge(file: string, bytes: number): P8aError {
  const [has, limit] = [bytes, maxScriptBytes].map(size => Math.ceil(size / 2 ** 20))
  return new P8aError(
    'too_large',
    `Cannot push ${JSON.stringify(file)}: it has ${has} MiB, the limit is ${limit} MiB`,
    {
      hint: 'Push a small script that downloads what it needs',
      facts: { file, bytes, limit: maxScriptBytes },
    },
  )
}

async function beginsAsScript(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0)
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    // A file with a byte order mark before its #! line is meant as a script too: the host says what is wrong with it.
    return /^(?:\xef\xbb\xbf)?#!/.test(head) || programs.includes(head.slice(0, 4))
  } finally {
    await handle.close()
  }
}
