// Lets a server of TLS accept tickets of several keys. `setTicketKeys` takes one; what OpenSSL asks for each ticket has room for more, and
// Node hands that question on, though it documents it nowhere: without it tickets of the other keys lead to a whole handshake.
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:tls'
import type { Tickets } from './ticket-keys.ts'

/** What OpenSSL understands: no such key; make a ticket; use it, and give the client another, since browsers use each once by TLS 1.3. */
const [unknown, made, renew] = [0, 1, 2]

/** Name and vector are those of a ticket that is to be read, or of nothing where one is to be made. */
type Ask = (name: Buffer, vector: Buffer, isNew: boolean) => readonly unknown[]
type Context = { enableTicketKeyCallback?(): void; onticketkeycallback?: Ask }

/** To be called for each context that the server gets. */
export function answerTickets(server: Server, { make, accept }: Tickets): void {
  server.setTicketKeys(make)
  const { context } = (server as Server & { _sharedCreds?: { context?: Context } })._sharedCreds ?? {}
  if (!context?.enableTicketKeyCallback) return
  const parts = (key: Buffer) => [key.subarray(16, 32), key.subarray(32)]
  context.onticketkeycallback = (name, vector, isNew) => {
    if (isNew) return [made, ...parts(make), make.subarray(0, 16), randomBytes(16)]
    const key = accept.find(key => key.subarray(0, 16).equals(name))
    // Node reads the parts of a key also where there is none, and ends the process if they are not there.
    return [key ? renew : unknown, ...parts(key ?? make), name, vector]
  }
  context.enableTicketKeyCallback()
}
