// Asks a person at the shell's own port for the password, and keeps guesses few and slow.
import { setTimeout as delay } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { isPassword } from '../../../protocol/password.ts'
import { readPlain } from '../../system/plain-file.ts'
import type { Seams } from '../../system/seams.ts'
import type { Attempts } from './attempts.ts'
import { readLine } from './line.ts'

/** How many passwords one connection may try. */
const triesOfOne = 3
/** How long the answer to a wrong password waits. */
const wrongMs = 1000
const maxPasswordBytes = 1024

/** One guess at a time, for all connections: each takes 64 MiB. */
let turn: Promise<unknown> = Promise.resolve()

/** Whether `socket` gave the password. It is told what is wrong, and stays open. */
export async function login(
  socket: TLSSocket,
  { seams, attempts, address }: { seams: Pick<Seams, 'paths' | 'clock' | 'log'>; attempts: Attempts; address: string },
): Promise<boolean> {
  for (let tries = 0; tries < triesOfOne; tries++) {
    const waitMs = attempts.shutOutMs(address, seams.clock.nowMs())
    if (waitMs > 0) {
      socket.write(`Too many wrong passwords from ${address}. Try again in ${Math.ceil(waitMs / 60_000)} minutes.\n`)
      return false
    }
    socket.write('Password: ')
    const given = await readLine(socket, { maxBytes: maxPasswordBytes })
    if (given === undefined) return false
    const checked = turn.then(() => isRight(seams, given))
    turn = checked
    if (await checked) {
      attempts.onRight(address)
      return true
    }
    attempts.onWrong(address, seams.clock.nowMs())
    seams.log.warn('shell', 'a wrong password', { address })
    await delay(wrongMs)
    socket.write('Wrong password.\n')
  }
  return false
}

async function isRight({ paths, log }: Pick<Seams, 'paths' | 'log'>, given: string): Promise<boolean> {
  try {
    return await isPassword(
      given,
      await readPlain(paths.shellPassword, { maxBytes: maxPasswordBytes, mayBeLink: true }),
    )
  } catch (error) {
    log.error('shell', 'the password cannot be read', { file: paths.shellPassword, err: error })
    return false
  }
}
