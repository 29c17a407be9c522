// How the password of the shell's own port is kept: by scrypt, so that anyone who reads the file still has to guess.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** The shortest password that may be set. */
export const minPasswordLength = 12

/** 64 MiB and a tenth of a second for each guess. */
const cost = { N: 65_536, r: 8, p: 1 }
/** The most that a kept password may cost: the product decides the memory and the time of a guess. */
const maxCost = 4 * 65_536 * 8
const saltBytes = 16
const hashBytes = 32

/** A kept password, as text: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { salt, ...cost })
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/**
 * Whether `password` is the one that was kept. It takes equally long if it is not.
 * @throws {TypeError} if `kept` is not such a text
 */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [kind, n, r, p, salt = '', hash = ''] = kept.trim().split('$')
  if (kind !== 'scrypt' || Buffer.from(hash, 'base64url').length !== hashBytes) {
    throw new TypeError('It holds no password')
  }
  const how = { N: Number(n), r: Number(r), p: Number(p) }
  if (!(how.N * how.r * how.p <= maxCost)) throw new TypeError('Its password takes too long to check')
  const derived = await derive(password, { salt: Buffer.from(salt, 'base64url'), ...how })
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'))
}

async function derive(password: string, { salt, ...how }: typeof cost & { salt: Buffer }): Promise<Buffer> {
  const maxmem = 256 * how.N * how.r
  return await new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, { ...how, maxmem }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
