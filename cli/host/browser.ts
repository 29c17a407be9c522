// Opens an address in the browser of whoever sits at this machine.
import { environment } from '../environment.ts'

/** @returns whether a program was found that does it; it may still find no browser */
export async function openBrowser(url: string): Promise<boolean> {
  const program = opener()
  if (program === undefined) return false
  const { execa } = await import('execa')
  const started = execa(program, [url], { stdio: 'ignore', detached: true, cleanup: false, reject: false })
  const child = started.nodeChildProcess
  child.unref()
  return await new Promise<boolean>(resolve => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })
}

/** A machine without a screen has none. */
function opener(): string | undefined {
  if (process.platform === 'darwin') return 'open'
  return environment.hasScreen ? 'xdg-open' : undefined
}
