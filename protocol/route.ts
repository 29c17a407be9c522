// How a route is written: a host name, and a path after it. Who has it is for others to say.

const labelPattern = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

/** A route as it is kept: the host in lower case and as DNS has it, a path without a slash at its end; undefined if it is none. */
export function readRoute(text: string): string | undefined {
  const [, wildcard = '', name = '', path = ''] = /^(\*\.)?([^/]*)(\/.*)?$/.exec(text.trim()) ?? []
  const isAny = name === '*' || (name === '' && wildcard === '' && path !== '')
  const host = isAny ? '*' : wildcard + asDns(name.replace(/\.$/, ''))
  if (!isAny && !isHost(host.slice(wildcard.length))) return undefined
  if (/[?#%\s\\]|\/\.{0,2}(?=\/)|\/\.\.?$/.test(path)) return undefined
  return host + path.replace(/\/$/, '')
}

/** A name with letters of any language as DNS has it. */
function asDns(name: string): string {
  if (/[/?#@:\\\s%]/.test(name)) return ''
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : ''
}

function isHost(name: string): boolean {
  return name.length <= 253 && name.split('.').every(label => labelPattern.test(label))
}
