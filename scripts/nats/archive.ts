// Where this machine gets the packages of its distribution from, by the files that apt reads.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Archive = { uri: string; signedBy: string | undefined }

/**
 * The archive that has the distribution itself.
 * @param texts the files of apt's sources: those in lines, and those in stanzas (`*.sources`)
 * @param codename of the distribution that is installed
 */
export function archiveOf(texts: readonly string[], codename: string): Archive | undefined {
  for (const text of texts) {
    for (const { uris, suites, components, signedBy } of [...stanzasOf(text), ...linesOf(text)]) {
      const uri = uris.split(/\s+/)[0]
      if (uri && suites.split(/\s+/).includes(codename) && components.split(/\s+/).includes('main')) {
        return { uri, signedBy }
      }
    }
  }
  return undefined
}

type Source = { uris: string; suites: string; components: string; signedBy: string | undefined }

function stanzasOf(text: string): Source[] {
  const of = (stanza: string, name: string) => new RegExp(`^${name}:[ \\t]*(.+)$`, 'im').exec(stanza)?.[1]?.trim()
  return text.split(/\n\s*\n/).flatMap(stanza => {
    const uris = of(stanza, 'URIs')
    if (uris === undefined || !/\bdeb\b/.test(of(stanza, 'Types') ?? '')) return []
    const [suites = '', components = ''] = [of(stanza, 'Suites'), of(stanza, 'Components')]
    return [{ uris, suites, components, signedBy: of(stanza, 'Signed-By') }]
  })
}

function linesOf(text: string): Source[] {
  return [...text.matchAll(/^deb[ \t]+(?:\[([^\]]*)\][ \t]+)?(\S+)[ \t]+(\S+)[ \t]+(.+)$/gm)].map(
    ([, options = '', uris = '', suites = '', components = '']) => ({
      uris,
      suites,
      components,
      signedBy: /signed-by=(\S+)/.exec(options)?.[1],
    }),
  )
}

/** All files of sources that apt reads. */
export function sourcesOfApt(folder = '/etc/apt'): string[] {
  const more = join(folder, 'sources.list.d')
  const list = (path: string) => {
    try {
      return readdirSync(path)
    } catch {
      return []
    }
  }
  const files = [join(folder, 'sources.list'), ...list(more).map(name => join(more, name))]
  return files.flatMap(file => {
    try {
      return [readFileSync(file, 'utf8')]
    } catch {
      return []
    }
  })
}
