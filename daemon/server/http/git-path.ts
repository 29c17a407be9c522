// The paths at which git finds the repositories of pods: `/git/web`, `/git/inner.web.git`.
import { splitPath } from '../../../protocol/names.ts'

export type GitAsked = {
  path: string
  name: string
  service: 'git-receive-pack' | 'git-upload-pack'
  /** Git asks first what there is. */
  isAdvert: boolean
}

export function isForGit(path: string): boolean {
  return path.startsWith('/git/')
}

/** @param url with its query @returns undefined if it is none that git asks for */
export function readGitUrl(url: string): GitAsked | undefined {
  const [, full = '', rest = ''] = /^\/git\/([\w.-]+?)(?:\.git)?\/+(.+)$/.exec(url) ?? []
  if (full === '') return undefined
  const { path, name } = splitPath(full)
  const service = serviceOf(rest)
  return service && { path, name, ...service }
}

function serviceOf(rest: string): Pick<GitAsked, 'service' | 'isAdvert'> | undefined {
  const services = ['git-receive-pack', 'git-upload-pack'] as const
  for (const service of services) {
    if (rest === service) return { service, isAdvert: false }
    if (rest === `info/refs?service=${service}`) return { service, isAdvert: true }
  }
  return undefined
}
