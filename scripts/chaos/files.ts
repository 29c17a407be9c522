// Files that may be gone.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export function listIfThere(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Removed since, or by the attack.
    return undefined
  }
}
