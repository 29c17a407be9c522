// The names of points: each call of the daemon's to the system that changes something, by what it does and to what.
// Numbers, hashes and the names of pods are left out, so that the same step of any pod has the same name.

/** The name of a call to a file. @param file absolute; @param data the data directory, absolute */
export function fileName(call: string, file: string, data: string): string | undefined {
  if (!file.startsWith(`${data}/`))
    return file.startsWith('/proc/') ? `${call} ${file.replace(/\d+/g, '#')}` : undefined
  const path = file.slice(data.length + 1)
  // The host's own log is told nothing by: it is lost line by line, and nothing goes by it.
  if (path.startsWith('logs/host.')) return undefined
  return `${call} ${placeOf(path)}`
}

function placeOf(path: string): string {
  return path
    .replace(/^(pods|logs)\/([^/.][^/]*)/, '$1/POD')
    .replace(/^pods\/\.removed-[^/]+/, 'pods/.removed')
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/^images\/\.new-HASH[^/]*/, 'images/.new')
    .replace(/^c\/.+/, 'c/SOCKET')
    .replace(/\.json\.\d+(\.tmp)?$/, '.json.tmp')
    .replace(/\d+/g, '#')
}
