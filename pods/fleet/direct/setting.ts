// The setting `direct` of a fleet pod: where other hosts connect to this one. Pure.

/** Undefined: at the address from which the engine sees this host, at any free port. */
export type DirectSetting = 'off' | { host: string; port: number } | undefined

/** @throws {Error} about what can be no address */
export function readDirect(text: string | undefined): DirectSetting {
  if (text === undefined || text === 'off') return text
  const url = URL.parse(`tls://${text}`)
  const port = Number(url?.port)
  if (!url || !port || text !== url.host)
    throw new Error(`direct is "off", or such as 10.0.0.5:4333, not ${JSON.stringify(text)}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (['0.0.0.0', '::'].includes(host))
    throw new Error(`${host} is no address at which other hosts reach this one: give direct such as 10.0.0.5:${port}`)
  return { host, port }
}
