// What a push by git is to do: which branch is deployed, and what is said of everything else. Pure.
import { P8aError } from '../../protocol/errors.ts'

/** A line of what a hook reads: from which commit to which a name is to go; zeros stand for none. */
export type Update = { from: string; to: string; ref: string }

/** What is kept in the repository, or was asked for by `git push -o`. */
export type GitChoice = { branch?: string | undefined; folder?: string | undefined }

export type GitPlan = {
  /** Undefined: nothing that was pushed is deployed. */
  deploy: { update: Update; branch: string } | undefined
  folder: string
  notes: string[]
}

/** Those that are deployed where no other branch was chosen. */
const usual = ['main', 'master']

export function readUpdates(text: string): Update[] {
  return text
    .split('\n')
    .map(line => line.trim().split(' '))
    .flatMap(([from, to, ref]) => (from && to && ref ? [{ from, to, ref }] : []))
}

/** `git push -o branch=dev -o folder=apps/web`. @throws {P8aError} `usage` for any other option */
export function readChoice(options: readonly string[]): GitChoice {
  const choice: GitChoice = {}
  for (const option of options) {
    const [, name, value = ''] = /^(branch|folder)=(.*)$/.exec(option) ?? []
    if (name === 'branch' && value !== '') choice.branch = value.replace(/^refs\/heads\//, '')
    else if (name === 'folder') choice.folder = checkFolder(value)
    else
      throw new P8aError('usage', `Cannot read the push option ${JSON.stringify(option)}`, {
        hint: 'There are -o branch=NAME, and -o folder=PATH for a folder of the repository (empty: all of it)',
      })
  }
  return choice
}

/** @throws {P8aError} `usage` for a branch that is deployed and is to be deleted, and for what was asked for a branch that is not pushed */
export function planOf(updates: readonly Update[], { kept, asked }: { kept: GitChoice; asked: GitChoice }): GitPlan {
  const branch = asked.branch ?? kept.branch ?? firstOf(updates)
  const update = updates.find(({ ref }) => ref === `refs/heads/${branch}`)
  if (update && isNone(update.to))
    throw new P8aError('usage', `Cannot delete the branch ${JSON.stringify(branch)}: it is the one that is deployed`, {
      hint: [
        { text: 'To take the pod away', do: { verb: 'remove', args: ['NAME'] } },
        { text: 'to deploy another branch: git push -o branch=NAME' },
      ],
    })
  if (!update && (asked.branch !== undefined || asked.folder !== undefined)) throw notPushed(branch)
  const notes = updates.flatMap(one => (one === update ? [] : [noteOf(one, branch)]))
  return { deploy: update && { update, branch }, folder: asked.folder ?? kept.folder ?? '', notes }
}

/** It would be forgotten: an option is kept with the deploy that it was given to. */
function notPushed(branch: string): P8aError {
  return new P8aError(
    'usage',
    `Cannot take the push options: nothing of the branch ${JSON.stringify(branch)} is pushed`,
    {
      hint: 'The branch that is to be deployed is pushed with its options: git push -o branch=NAME p8a NAME',
      facts: { branch },
    },
  )
}

export function isNone(commit: string): boolean {
  return /^0+$/.test(commit)
}

function firstOf(updates: readonly Update[]): string {
  return usual.find(name => updates.some(({ ref }) => ref === `refs/heads/${name}`)) ?? usual[0] ?? ''
}

function noteOf({ to, ref }: Update, branch: string): string {
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  const what = kind === 'heads' ? 'Branch' : kind === 'tags' ? 'Tag' : 'Ref'
  if (isNone(to)) return `${what} ${name} is deleted`
  const other = kind === 'heads' ? `; to deploy it from its next commit on: git push -o branch=${name}` : ''
  return `${what} ${name} is kept; only the branch ${branch} is deployed${other}`
}

/** @throws {P8aError} `usage` if it leads out of the repository */
function checkFolder(folder: string): string {
  const parts = folder.split('/').filter(part => part !== '' && part !== '.')
  if (!folder.startsWith('/') && !parts.includes('..')) return parts.join('/')
  throw new P8aError('usage', `Cannot take the folder ${JSON.stringify(folder)}: it is not within the repository`)
}
