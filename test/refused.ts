// Whether nobody listens at a port of this machine.
import { once } from 'node:events'
import net from 'node:net'

export async function isRefused(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1')
  const refused = await once(socket, 'connect').then(
    () => false,
    () => true,
  )
  socket.destroy()
  return refused
}
