// pod git receive: what a push by git does on its host. The hook of the repository runs it, and it refuses the push by its exit
// code. Git shows whoever pushes what is printed.
import { text } from 'node:stream/consumers'
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { readPath } from '../argv/token-flags.ts'
import { environment } from '../environment.ts'
import { type GitPlan, isNone, planOf, readChoice, readUpdates, type Update } from '../git/plan.ts'
import { GitRepository } from '../git/repository.ts'
import { openHost, type RemoteHost } from '../remote/remote-host.ts'
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
  const { kept, limits } = await repository.settings()
  const plan = planOf(updates, { kept, asked: readChoice(pushOptions()) })
  await refuseStale(repository, updates)
  const remote = { ...localRemote(context.dataDir), path }
  if (!plan.deploy && (await repository.hasRefs())) return nothingDeployed(plan)
  const host = await openHost(remote, context)
  try {
    if (!plan.deploy) {
      await refuseWithoutPod(host, name)
      return nothingDeployed(plan)
    }
    say(plan.notes)
    const { deploy, folder } = plan
    const { update, branch } = deploy
    const code = await deployCommit({ host, repository, name, commit: update.to, limits, folder, context })
    const isKept = kept.branch === branch && kept.folder === folder
    if (code === 0 && !isKept) await repository.keep({ branch, folder })
    if (code !== 0) printErr(`The push is refused; ${name} is as it was\n`)
    return code
  } finally {
    host.client.close()
  }
}

function nothingDeployed({ notes }: GitPlan): number {
  say(notes)
  if (notes.length > 0) printErr('Nothing is deployed\n')
  return 0
}

function say(notes: readonly string[]): void {
  for (const note of notes) printErr(`${note}\n`)
}

/** A repository goes with its pod, so one without a pod would stay for ever. @throws {P8aError} `pod_not_found` */
async function refuseWithoutPod(host: RemoteHost, name: string): Promise<void> {
  await host.call('pod.status', { name }).catch(cause => {
    if (cause.code !== 'pod_not_found') throw cause
    throw new P8aError('pod_not_found', `Cannot keep this: there is no pod ${JSON.stringify(name)} yet`, {
      hint: 'Push the branch that is to be deployed first: main, or any other one by git push -o branch=NAME',
      facts: { pod: name },
      cause,
    })
  })
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
