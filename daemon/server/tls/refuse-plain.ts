// The answer to a client without TLS at a port that speaks only TLS.
import type net from 'node:net'
import { errorTable, P8aError } from '../../../protocol/errors.ts'
import { refuse } from '../refuse.ts'

/** A client that stays is closed by the deadline for unknown clients. */
export function refusePlain(socket: net.Socket, { isHttp }: { isHttp: boolean }): void {
  const error = new P8aError('unsupported', 'Cannot answer without TLS: this port speaks nothing else', {
    hint: 'Use tls:// or https:// before the address; a token that you sent went over the network in the clear: remove it, and add another',
  })
  refuse(socket, error, { isHttp, status: errorTable.bad_request.http })
}
