// What has to be kept of ACME, wherever that is: the account, the certificates, when each name is to be ordered next, and the answers to
// challenges. All who have the same store serve the same certificates, and answer for each other.
import { createHash } from 'node:crypto'

/** `url`: where the certificate authority keeps it, once it does. */
export type Account = { key: string; url?: string }

/** `nextAtMs`: not before that. `windowAtMs`: when to ask the authority again when it would like to see the certificate. `problem`: why the last order failed. */
export type Plan = { nextAtMs: number; failures: number; problem?: string; windowAtMs?: number }

/** Both in PEM. */
export type Stored = { pem: string; key: string }

/**
 * What is stored is of one certificate authority alone. Whatever cannot be read or written now throws an error: without its plan a name
 * would be ordered at once, and without the account another one be made.
 */
export interface CertificateStore {
  /** How often to look for what others have brought; undefined: not more often than for what is due. */
  readonly takeUpMs: number | undefined
  open(): Promise<void>
  account(): Promise<Account | undefined>
  saveAccount(account: Account): Promise<void>
  plan(name: string): Promise<Plan>
  savePlan(name: string, plan: Plan): Promise<void>
  /** Until when nothing is ordered of this authority at all. */
  holdUntilMs(): Promise<number>
  hold(untilMs: number): Promise<void>
  saveCertificate(name: string, stored: Stored): Promise<void>
  /** All that there are, by name. */
  certificates(): Promise<ReadonlyMap<string, Stored>>
  /** @param key a token, or a name */
  present(key: string, answer: string): Promise<void>
  withdraw(key: string): Promise<void>
  /** The answer that somebody has presented; undefined if there is none, or it cannot be read. */
  presented(key: string): Promise<string | undefined>
}

/** By what the things of a certificate authority are kept apart from those of another one. */
export function authorityId(directoryUrl: string): string {
  return createHash('sha256').update(directoryUrl).digest('hex').slice(0, 16)
}

/** What is no JSON is somebody else's: it is as if it was not there. */
export function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
