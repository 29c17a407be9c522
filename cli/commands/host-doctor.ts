// pod host doctor: what the machine of the host can do for pods, and what is missing for the rest.
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async (_input, context) => {
  const { output } = context
  return await withLocalHost(context, async client => {
    const { levels = [], groups, users, version, node } = await client.call('host.info', { levels: true })
    const rows = levels.map(({ level, has, how }): Cell[] => [level, has ? ['yes', 'green'] : ['no', 'yellow'], how])
    const held = `\n\nLimits that the kernel holds for a whole run: ${groups ?? 'unknown'}\nUsers that runs can be: ${users ?? 'unknown'}\nLandlock: not used; a sandbox closes what it would`
    const text = output.json ? '' : `${await table(['ISOLATE', 'HERE', 'BY'], rows, output)}${held}`
    output.answer({ version, node, levels, groups, users }, () => text)
    return 0
  })
}
