// One order of one certificate: what the authority wants to see is presented by all that have the same store, and taken away in the end.
import type { Authorization, Client } from 'acme-client'
import type { CertificateStore, Stored } from './store.ts'

type AcmeModule = typeof import('acme-client')

/** `replaces`: the id of the certificate that this one is to follow. */
export type Order = { name: string; profile?: string | undefined; replaces?: string | undefined }

/** `hasHttp`, `hasTls`: at which ports the gateway is reached. */
export type Means = { acme: AcmeModule; client: Client; store: CertificateStore; hasHttp: boolean; hasTls: boolean }

/** @throws {Error} whatever the authority says against it */
export async function order({ name, profile, replaces }: Order, means: Means): Promise<Stored> {
  const { acme, client } = means
  const asked = {
    identifiers: [{ type: 'dns', value: name }],
    ...(profile && { profile }),
    ...(replaces && { replaces }),
  }
  const made = await client.createOrder(asked)
  for (const authorization of await client.getAuthorizations(made)) {
    if (authorization.status !== 'valid') await prove(authorization, means)
  }
  const ownKey = await acme.crypto.createPrivateEcdsaKey()
  const [key, request] = await acme.crypto.createCsr({ altNames: [name] }, ownKey)
  const finished = await client.finalizeOrder(made, request)
  return { pem: await client.getCertificate(finished), key: key.toString() }
}

async function prove(authorization: Authorization, { acme, client, store, hasHttp, hasTls }: Means): Promise<void> {
  const { challenges, identifier } = authorization
  // Its types know fewer than it does.
  const has = (type: string) => challenges.find(challenge => String(challenge.type) === type)
  const challenge = (hasHttp ? has('http-01') : undefined) ?? (hasTls ? has('tls-alpn-01') : undefined)
  if (!challenge) throw new Error(`the authority offers ${challenges.map(({ type }) => type).join(', ')} alone`)
  const answer = await client.getChallengeKeyAuthorization(challenge)
  const key = challenge.type === 'http-01' ? challenge.token : identifier.value
  const presented = challenge.type === 'http-01' ? answer : await proofOfTls(acme, authorization, answer)
  await store.present(key, presented)
  try {
    await client.completeChallenge(challenge)
    await client.waitForValidStatus(challenge)
  } finally {
    await store.withdraw(key)
  }
}

/** Certificate and key (RFC 8737) in one text. */
async function proofOfTls(acme: AcmeModule, authorization: Authorization, answer: string): Promise<string> {
  const ownKey = await acme.crypto.createPrivateEcdsaKey()
  const [key, certificate] = await acme.crypto.createAlpnCertificate(authorization, answer, ownKey)
  return `${certificate}\n${key}`
}
