// How this host goes out of its fleet.
import { forgetEmbedded } from '../engines.ts'
import { forgetHost, restOf } from '../host/forgetting.ts'
import type { Member } from '../member.ts'
import type { AskedToLeave } from '../security/invite.ts'
import { isGuarded } from '../settings.ts'
import { checkLeave } from './may.ts'
import type { Membership } from './membership.ts'

const tellMs = 5000

/** `ghost`: why its fleet has it still, as one that is gone; empty if the fleet does not. `wasRefused`: the engine had cut it off before. */
export type Left = { host: string; ghost: string; wasRefused: boolean }

/** What is here of the fleet is stopped. @throws {Error} if others need what is here */
export async function leave(ours: Membership): Promise<Left> {
  return await ours.alone(async () => {
    const member = ours.member()
    const { settings, tables, engine } = member
    const { host } = settings
    const isRefused = engine.isRefused
    const pods = [...tables.pods.values()].filter(({ record }) => record.assigned[host] !== undefined).length
    // At an engine that was made anew there is nobody to ask, and nothing to tell.
    const isCutOff = isRefused || member.isStrange
    const isKeeper = ours.keeper !== undefined && !member.isStrange
    checkLeave({ host, hosts: [...tables.hosts.keys()], pods, isKeeper, isRefused: isCutOff })
    const isServer = isGuarded(settings) && !ours.keeper
    // One that is cut off is nobody's server any more.
    if (isServer && !isCutOff) await ours.serving().remove()
    let ghost = ''
    await member.leave(async () => {
      // It has ended all by now, and beats no more: whatever the engine says, it is out.
      await ours.quit()
      if (isCutOff) return
      const forgotten = await forgetHost(engine, { host, rev: 'any', rest: await restOf(member, host) })
      if (!forgotten.ok) ghost = forgotten.message
      if (isServer) await tellOfLeave(member)
    })
    await ours.abandonEngine()
    if (settings.engine.kind === 'embedded') await forgetEmbedded(ours.options.p8a.storage)
    return { host, ghost, wasRefused: isRefused }
  })
}

/**
 * Its credential is void from then on. Where nobody hears it, the host can be removed later.
 * @param options.isUndone it did not come in after all: then its invite is good for another attempt
 */
export async function tellOfLeave({ engine, settings }: Member, { isUndone = false } = {}): Promise<void> {
  const asked: AskedToLeave = { isUndone }
  await engine.bus
    .request(`keeper.leave.${settings.host}`, Buffer.from(JSON.stringify(asked)), { timeoutMs: tellMs })
    .catch(() => {})
}
