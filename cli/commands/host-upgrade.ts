// pod host upgrade: lets another version of p8a take the place of the host on this machine, and waits for what becomes of it.
import { setTimeout as delay } from 'node:timers/promises'
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo, UpgradeInfo } from '../../protocol/words-host.ts'
import type { Context, Run } from '../argv/command.ts'
import { installationOf } from '../host/installation.ts'
import { withLocalHost } from '../host/local-host.ts'
import { count } from '../say/amounts.ts'
import { spin } from '../say/spinner.ts'

/** How long an upgrade may take until a host tells its outcome, and how often to ask. */
const outcomeMs = 60_000
const askMs = 25

export const run: Run = async ({ args: [wanted] }, context) => {
  const { output, dataDir } = context
  const folder = await spin('Looking for that version', output, installationOf(wanted, { dataDir }))
  const begun = await begin(folder, context)
  const info = await spin(`Upgrading the host to ${begun.to}`, output, outcomeOf(begun, context))
  if (info.upgrade?.outcome !== 'done') throw notUpgraded(begun, info)
  output.answer(info, () => upgradedText(begun, info))
  return 0
}

async function begin(folder: string, context: Context): Promise<UpgradeInfo> {
  return await withLocalHost(context, async client => {
    try {
      return await client.call('host.upgrade', { folder, node: process.execPath })
    } catch (error) {
      if (!(error instanceof P8aError) || error.code !== 'method_not_found') throw error
      throw tooOld(await client.call('host.info', {}), error)
    }
  })
}

function tooOld({ version }: HostInfo, cause: P8aError): P8aError {
  return new P8aError('unsupported', `The host is of version ${version}, which does not know how to be upgraded`, {
    hint: [
      { text: 'Its port is closed for a moment, and its pods keep running, if you stop it', do: { verb: 'host stop' } },
      { text: 'and start this version', do: { verb: 'host start', options: { detach: true } } },
    ],
    facts: { version },
    cause,
  })
}

/** A connection that comes in between waits for the next host. */
async function outcomeOf({ id, to }: UpgradeInfo, context: Context): Promise<HostInfo> {
  const giveUpAtMs = performance.now() + outcomeMs
  for (;;) {
    const info = await withLocalHost(context, async client => await client.call('host.info', {})).catch(error => {
      if (error instanceof P8aError && performance.now() < giveUpAtMs) return undefined
      throw error
    })
    const isOver = info?.upgrade?.id !== id || info.upgrade.outcome !== 'under way'
    if (info && isOver) return info
    if (performance.now() > giveUpAtMs)
      throw new P8aError(
        'timeout',
        `The host has not said within ${outcomeMs / 1000} s what became of the upgrade to ${to}`,
        {
          hint: { text: 'To see it', do: { verb: 'host status' } },
        },
      )
    await delay(askMs)
  }
}

function notUpgraded({ to }: UpgradeInfo, { version, pid, upgrade }: HostInfo): P8aError {
  const why = upgrade?.why ?? 'nothing is known of it'
  return new P8aError('upgrade_failed', `The host was not upgraded to ${to}: ${why}`, {
    hint: `Version ${version} is back, as process ${pid}, and has all pods`,
    facts: { to, why, version, pid },
  })
}

function upgradedText({ from, to }: UpgradeInfo, { pid, runs }: HostInfo): string {
  const what =
    from === to ? `The host is another process of version ${to}` : `The host is upgraded from ${from} to ${to}`
  return `${what}: pid ${pid}, with ${count(runs, 'run')} that went on`
}
