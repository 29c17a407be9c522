// Which files of a folder are a certificate and its key, by their names alone: those of certbot, Kubernetes, mkcert, or NAME.pem and NAME.key.

/** Paths within the folder that is looked at. Without a `key`, the certificate's own file may have it. */
export type Pair = { label: string; pem: string; key: string | undefined }

/** A certificate of one of these names has its key in the file beside it. */
const usual: Readonly<Record<string, string>> = {
  'fullchain.pem': 'privkey.pem',
  'tls.crt': 'tls.key',
  'cert.pem': 'key.pem',
}
const isUsualKey = (file: string) => Object.values(usual).includes(file)

/** Parts of what certbot writes that `fullchain.pem` has too. */
const besideFullchain = new Set(['cert.pem', 'chain.pem'])

/**
 * @param files names of the files of one folder
 * @param folder the path before each of them, with a slash at its end, or nothing
 */
export function pairsOf(files: readonly string[], folder = ''): Pair[] {
  const all = new Set(files)
  return [...files].sort().flatMap(file => {
    const [, stem] = /^([^.].*)\.(?:pem|crt|cer)$/.exec(file) ?? []
    if (stem === undefined || isUsualKey(file) || /[-.]key$/.test(stem)) return []
    if (all.has('fullchain.pem') && besideFullchain.has(file)) return []
    const candidates = [usual[file], `${stem}.key`, `${stem}-key.pem`, `${stem}.key.pem`]
    const key = candidates.find(name => name !== undefined && all.has(name))
    // A folder of certbot's is named after its certificate.
    const label = usual[file] !== undefined && folder !== '' ? folder.slice(0, -1) : folder + file
    return [{ label, pem: folder + file, key: key && folder + key }]
  })
}
