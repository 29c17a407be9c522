// Whether what is pushed may say in its own config where it listens, so that a pod whose manifest says nothing of it may have a port.
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { isObject } from '../../protocol/texts.ts'

/** Only these have a config of their own; what stands in it the host reads at push. */
const withConfig = /^\.[cm]?[jt]sx?$/

/** @param path absolute, or `p8a:NAME` */
export async function mayListen(path: string): Promise<boolean> {
  if (path.startsWith('p8a:')) return true
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  if (!isFolder) return withConfig.test(extname(path)) && /\blisten\b/.test(await textOf(path))
  const beside = await textOf(join(path, 'pod.json'))
  return beside === '' ? isSaid(await textOf(join(path, 'package.json')), 'pod') : isSaid(beside)
}

/** Whether a file of JSON has the key, within the value of `within`. A push says what is wrong with one that is no JSON. */
function isSaid(text: string, within?: string): boolean {
  if (text === '') return false
  try {
    const whole: unknown = JSON.parse(text)
    const config = within === undefined ? whole : isObject(whole) && (whole as Record<string, unknown>)[within]
    return isObject(config) && Object.hasOwn(config as object, 'listen')
  } catch {
    return true
  }
}

/** Empty if there is no such file. */
async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '')
}
