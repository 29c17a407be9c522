// The settings of a fleet pod that are about direct connections: where other hosts connect to this one, and how many tunnels there may be. Pure.

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

/** How many tunnels to pods there may be at once, from this host and to it each; and to how many pods gateways here have a way. */
export type TunnelLimits = { tunnels: number; pods: number }

export const usualTunnels: TunnelLimits = { tunnels: 1000, pods: 1000 }

/** By their names as settings. */
export const tunnelNames = { tunnels: 'tunnels', 'tunnel-pods': 'pods' } as const

/** @throws {Error} about what is no such number */
export function readTunnels(params: Readonly<Record<string, string>>): TunnelLimits {
  const limits = { ...usualTunnels }
  for (const [name, key] of Object.entries(tunnelNames) as [string, keyof TunnelLimits][]) {
    const text = params[name]
    if (text === undefined) continue
    if (!/^\d{1,6}$/.test(text)) throw new Error(`${name} is a number such as 1000, not ${JSON.stringify(text)}`)
    limits[key] = Number(text)
  }
  return limits
}
