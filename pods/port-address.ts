// Where a pod listens, as its status tells it; the gateway and the fleet connect there.

/** Where a pod listens. */
export type Address = { socketPath: string } | { host: string; port: number }

/** A port as a pod's status tells it. */
export type PortOfPod = {
  name: string
  host?: string | undefined
  port?: number | undefined
  path?: string | undefined
}

/** The port that is meant: the one named `http`, else `main`, else the first. */
export function addressOf(ports: readonly PortOfPod[] | undefined): Address | undefined {
  const port = ports?.find(({ name }) => name === 'http') ?? ports?.find(({ name }) => name === 'main') ?? ports?.[0]
  if (port?.path !== undefined) return { socketPath: port.path }
  if (port?.port === undefined) return undefined
  return { host: nearest(port.host), port: port.port }
}

/** Where to connect to what listens at all addresses. */
function nearest(host: string | undefined): string {
  if (!host || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

export const keyOf = (address: Address) =>
  'socketPath' in address ? address.socketPath : `${address.host} ${address.port}`
