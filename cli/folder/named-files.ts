// The files of a folder that its policy names as those of its variables (`envFile`). What is wrong with the policy, the host says.
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** Relative to the folder, with `/`; those that lie elsewhere are files of the machine of the host. */
export async function namedFiles(root: string): Promise<string[]> {
  const own = await readJson(join(root, 'pod.json'))
  const { envFile } = own ?? membersOf((await readJson(join(root, 'package.json')))?.pod)
  const named = [envFile].flat().filter(file => typeof file === 'string' && file !== '') as string[]
  return named.map(file => posix.normalize(file)).filter(file => !/^(?:\/|\.\.(?:\/|$))/.test(file))
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    return membersOf(JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, '')))
  } catch {
    // There is none, or the host says what is wrong with it.
    return undefined
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
