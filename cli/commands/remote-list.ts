// pod remote list: every remote, and whether a host answers there.

import type { Run } from '../argv/command.ts'
import { formatAddress } from '../client/address.ts'
import { type Found, probe } from '../remote/probe.ts'
import { listRemotes } from '../remote/remotes.ts'
import { count } from '../say/amounts.ts'
import { spin } from '../say/spinner.ts'
import { type Cell, table } from '../say/table.ts'

/** How long each host may take to answer; all are asked at once. */
const askMs = 1000

export const run: Run = async (_input, context) => {
  const { output } = context
  const remotes = listRemotes(context.dataDir)
  const asked = remotes.map(async remote => {
    const { name, address, path, fingerprint } = remote
    // A token on the command line is meant for one host, so it is not shown to all of these.
    const found = await probe(remote, { dataDir: context.dataDir, token: undefined }, askMs)
    return {
      name,
      address: formatAddress(address),
      path,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...found,
    }
  })
  const listed = await spin('Asking the hosts', output, Promise.all(asked))
  const rows = listed.map(remote => [remote.name, remote.address, remote.path, foundCell(remote)])
  const text = output.json ? '' : await table(['NAME', 'ADDRESS', 'PATH', 'HOST'], rows, output)
  output.answer({ remotes: listed }, () => text)
  return 0
}

function foundCell(found: Found): Cell {
  if (found.answers) return [`answers: p8a ${found.version}, ${count(found.pods, 'pod')}`, 'green']
  return [`cannot be used: ${found.problem}`, 'yellow']
}
