// pod host token list: the tokens of the host on this machine, without their secrets.
import type { TokenInfo } from '../../protocol/words-host.ts'
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'
import { ago } from '../say/amounts.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async (_input, context) => {
  const { output } = context
  return await withLocalHost(context, async client => {
    const { tokens } = await client.call('host.token.list', {})
    const now = Date.now()
    const rows = tokens.map(token => rowOf(token, now))
    const text = output.json ? '' : await table(['NAME', 'ROLE', 'PATH', 'MADE', 'ENDS'], rows, output)
    output.answer({ tokens }, () => text)
    return 0
  })
}

function rowOf({ name, role, path, createdAt, expiresAt }: TokenInfo, now: number): Cell[] {
  const made = createdAt === undefined ? 'with the host' : ago(createdAt, now)
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= now
  const ends: Cell = expiresAt === undefined ? 'never' : [ago(expiresAt, now), isOver ? 'yellow' : 'dim']
  return [name, role, path, made, ends]
}
