// Whether a file is a script, which is pushed as it is, byte for byte: one that ends in .sh, has a `#!` line, or is a program.
import { open, readFile, stat } from 'node:fs/promises'

/** How a push has a script; undefined where `file` is none, or cannot be read: whoever bundles it will say why. */
export async function readScript(
  file: string,
): Promise<{ code: string; encoding: 'base64'; kind: 'script' } | undefined> {
  try {
    if (!(await stat(file)).isFile() || !(file.endsWith('.sh') || (await beginsAsScript(file)))) return undefined
    return { code: (await readFile(file)).toString('base64'), encoding: 'base64', kind: 'script' }
  } catch {
    return undefined
  }
}

async function beginsAsScript(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    // ELF and Mach-O.
    return head.startsWith('#!') || ['\x7fELF', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe'].includes(head)
  } finally {
    await handle.close()
  }
}
