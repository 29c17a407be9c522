// What `--registry` and `--registryPrefix` say, and the registry that it means.
import { MemoryRegistry } from './memory.ts'
import { RedisRegistry } from './redis.ts'
import { RedisLink, WrongKind } from './redis-link.ts'
import type { Registry } from './registry.ts'

export type RegistrySettings = { urls: readonly string[]; prefix: string }

/** How long Redis may take to answer. */
const answerMs = 2000

/** @throws {Error} naming the setting, and what it may be */
export function registryOf({
  registry = '',
  registryPrefix = '',
}: Readonly<Record<string, string>>): RegistrySettings | undefined {
  const urls = registry.split(',').filter(Boolean)
  if (urls.length === 0 && registryPrefix !== '') throw new Error('registry is missing: --registry redis://HOST:6379')
  if (urls.length === 0) return undefined
  const wrong = urls.find(url => !/^rediss?:$/.test(URL.parse(url)?.protocol ?? ''))
  if (wrong !== undefined)
    throw new Error('registry is no address of a Redis such as redis://127.0.0.1:6379, or several with commas between')
  return { urls, prefix: registryPrefix || 'p8a:gateway:' }
}

/** `redis`: where other things that gateways share may be kept, under the prefix. */
export type OpenRegistry = { registry: Registry; redis?: { link: RedisLink; prefix: string } }

/** @throws {WrongKind} if what is there will not do; one that is away may come */
export async function openRegistry(
  settings: RegistrySettings | undefined,
  log: (text: string) => void,
): Promise<OpenRegistry> {
  if (!settings) return { registry: new MemoryRegistry() }
  const link = new RedisLink(settings.urls, { timeoutMs: answerMs })
  await link.open().catch(error => {
    if (error instanceof WrongKind) throw error
    log(`${error.message}; nothing is put to sleep until there is one`)
  })
  const redis = { link, prefix: settings.prefix }
  return { registry: new RedisRegistry(redis), redis }
}
