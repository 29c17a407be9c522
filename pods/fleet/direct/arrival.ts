// A tunnel from another host as it comes in at the door: this host connects to the port of its pod, and says that it is there, or why not.
import { connect, type Socket } from 'node:net'
import * as v from 'valibot'
import { type Address, addressOf, type PortOfPod } from '../../port-address.ts'
import { frameOf } from './frames.ts'
import { breakOff, type Side, spliced } from './spliced.ts'
import type { Wanted } from './tunnel.ts'

/** How long the kernel may take to connect to a port of this machine. */
const connectMs = 10_000
/** After how long of silence the kernel asks whether the other machine is there. */
export const aliveMs = 15_000
const mostWhyLetters = 200

const wantedSchema = v.object({ pod: v.string(), holds: v.boolean() })

/** A pod as it is here. */
export type PodHere = {
  status: string
  up: number
  asleepSince?: string | undefined
  ports?: readonly PortOfPod[] | undefined
}

/** Looks for a pod, once it is known which are here. */
export type FindHere = (pod: string) => PodHere | undefined | Promise<PodHere | undefined>

/** It answers, or is waked by whoever comes. */
export const isTaking = ({ up, asleepSince }: Pick<PodHere, 'up' | 'asleepSince'>): boolean =>
  up > 0 || asleepSince !== undefined

/** @returns resolves once the tunnel is over. @throws {Error} if nothing of the kind was asked for */
export async function bringIn(
  side: Side & { raw: Socket },
  { body, here }: { body: Buffer; here: FindHere },
): Promise<void> {
  const { socket, raw } = side
  try {
    const wanted = v.parse(wantedSchema, JSON.parse(body.toString()))
    const pod = await connectHere(await here(wanted.pod), wanted)
    if (socket.destroyed) return breakOff({ socket: pod })
    raw.setKeepAlive(true, aliveMs)
    socket.write(frameOf('opened', 0))
    await spliced(side, { socket: pod })
  } catch (error) {
    const why = (error as Error).message.slice(0, mostWhyLetters)
    socket.on('error', () => {})
    socket.resume()
    socket.end(frameOf('nobody', 0, Buffer.from(why)), () => socket.destroy())
  }
}

/** @throws {Error} why not */
export async function connectHere(pod: PodHere | undefined, { pod: name, holds }: Wanted): Promise<Socket> {
  if (!pod) throw new Error(`pod "${name}" is not there`)
  const address = addressOf(pod.ports)
  if (!address) throw new Error(`pod "${name}" listens nowhere there`)
  if (!holds && !isTaking(pod)) throw new Error(`pod "${name}" is not up there`)
  return await connected(address)
}

async function connected(address: Address): Promise<Socket> {
  const place = 'socketPath' in address ? { path: address.socketPath } : address
  const socket = connect({ ...place, allowHalfOpen: true, noDelay: true })
  const opened = Promise.withResolvers<void>()
  const timer = setTimeout(() => opened.reject(new Error('its port does not answer')), connectMs)
  socket.once('connect', opened.resolve)
  socket.on('error', opened.reject)
  try {
    await opened.promise
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
