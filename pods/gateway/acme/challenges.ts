// The answers to a certificate authority that looks whether a name is ours, whichever run or gateway has ordered.
import { createSecureContext, createServer, type Server } from 'node:tls'
import type { Hello } from '../certificates/hello.ts'
import type { CertificateStore } from './store.ts'

const protocol = 'acme-tls/1'

export class Challenges {
  #store: Pick<CertificateStore, 'presented'>
  #server: Server | undefined

  constructor(store: Pick<CertificateStore, 'presented'>) {
    this.#store = store
  }

  /** The answer to a challenge over HTTP; undefined at once where the path is of none. */
  answer(path: string): Promise<string | undefined> | undefined {
    const [, token] = /^\/\.well-known\/acme-challenge\/([\w-]{1,200})$/.exec(path) ?? []
    return token === undefined ? undefined : this.#store.presented(token)
  }

  /** The server for an authority that asks over TLS (RFC 8737); undefined at once where a client wants something else. */
  server({ protocols, name }: Hello): Promise<Server | undefined> | undefined {
    if (name === undefined || !protocols.includes(protocol)) return undefined
    return this.#store.presented(name).then(proof => (proof === undefined ? undefined : this.#opened()))
  }

  #opened(): Server {
    this.#server ??= createServer({
      ALPNProtocols: [protocol],
      SNICallback: async (wanted, then) => {
        try {
          const text = await this.#store.presented(wanted.toLowerCase())
          if (text === undefined) then(new Error('There is no challenge'))
          else then(null, createSecureContext({ cert: text, key: text }))
        } catch (error) {
          then(error as Error)
        }
      },
    })
      .on('secureConnection', socket => socket.end())
      .on('tlsClientError', () => {})
    return this.#server
  }
}
