// pod git receive: what a push by git does on its host. The hook of the repository runs it, and it refuses the push by its exit
// code. Git shows whoever pushes what is printed.
import { text } from 'node:stream/consumers'
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { readPath } from '../argv/token-flags.ts'
import { environment } from '../environment.ts'
import { isNone, planOf, readChoice, readUpdates, type Update } from '../git/plan.ts'
import { GitRepository } from '../git/repository.ts'
import { openHost } from '../remote/remote-host.ts'
import { localRemote } from '../remote/remotes.ts'
import { printErr } from '../say/print.ts'
import { deployCommit } from './git-deploy.ts'

export const run: Run = async ({ args: [name = ''], options }, context) => {
  const path = options.read('path', readPath) ?? ''
  if (environment.shellTicket === undefined || environment.gitFolder === undefined)
    throw new P8aError('usage', '"pod git receive" is for git alone, which runs it when somebody pushes', {
      hint: 'To push by git: git remote add p8a http://HOST/git/NAME && git push p8a main',
    })
  // Whoever pushes reads what is said, and has no folder of this machine.
  context.output.dataDir = undefined
  const repository = new GitRepository(process.cwd())
  const updates = readUpdates(await text(process.stdin))
  const plan = planOf(updates, { kept: await repository.choice(), asked: readChoice(pushOptions()) })
  await refuseStale(repository, updates)
  for (const note of plan.notes) printErr(`${note}\n`)
  if (!plan.deploy) {
    if (plan.notes.length > 0) printErr('Nothing is deployed\n')
    return 0
  }
  const { update, branch } = plan.deploy
  const remote = { ...localRemote(context.dataDir), path }
  const host = await openHost(remote, context)
  try {
    const code = await deployCommit({ host, repository, name, commit: update.to, folder: plan.folder, context })
    if (code === 0) await repository.keep({ branch, folder: plan.folder })
    else printErr(`The push is refused; ${name} is as it was\n`)
    return code
  } finally {
    host.client.close()
  }
}

function pushOptions(): string[] {
  const count = Number(environment.variable('GIT_PUSH_OPTION_COUNT') ?? 0)
  return Array.from({ length: count }, (_, at) => environment.variable(`GIT_PUSH_OPTION_${at}`) ?? '')
}

/** Git looks at this only behind its hook, when a deploy would be done already. @throws {P8aError} `usage` */
async function refuseStale(repository: GitRepository, updates: readonly Update[]): Promise<void> {
  for (const { from, ref } of updates) {
    const now = await repository.commitOf(ref)
    if (now === (isNone(from) ? undefined : from)) continue
    throw new P8aError('usage', `Cannot move ${ref}: another push has moved it meanwhile`, {
      hint: 'Fetch, and push again',
    })
  }
}
