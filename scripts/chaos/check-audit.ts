// The promise about the audit log: a verb that was answered is in it, whatever was done to its file before.
import type { World } from './world.ts'

let asked = 0

/** Changes something, and looks for it. @returns a complaint if it is not there */
export async function checkAudit(world: World): Promise<string[]> {
  const name = `audited-${++asked}`
  const client = await world.host.client()
  try {
    await client.call('host.token.add', { name, role: 'read' })
    await client.call('host.token.remove', { name })
    const { entries } = await client.call('host.audit', { limit: 20 })
    const verbs = entries.filter(({ token }) => token === name).map(({ verb, outcome }) => `${verb} ${outcome}`)
    const wanted = ['host.token.add ok', 'host.token.remove ok']
    if (wanted.every(verb => verbs.includes(verb))) return []
    return [`audit: of two verbs about the token ${name} it has: ${verbs.join(', ') || 'none'}`]
  } finally {
    client.close()
  }
}
