// What the fleet of a host is asked: `pod fleet VERB`, and `pod host VERB` for what people look for there.
import { resolve } from 'node:path'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { localName } from '../remote/remotes.ts'
import { ofBuiltIn } from './of-built-in.ts'

const names = ['name', 'tag', 'nats', 'replicas', 'user', 'password-file', 'ca-file', 'engine', 'server']
/** The fleet pod has a folder of its own. */
const files = ['password-file', 'ca-file']
const shown = ['status', 'doctor', 'servers']

/** Runs a command of the fleet. @throws {P8aError} `pod_not_up` if no pod brings it; what it throws */
export async function ofFleet(remote: string, argv: string[], context: Context): Promise<number> {
  return await ofBuiltIn({ name: 'fleet' }, { remote, argv: ['fleet', ...argv] }, context)
}

/** @returns how `pod fleet VERB` is done */
export function fleetVerb(verb: string): Run {
  return async ({ args: [remote = '', ...args], options }, context) => {
    // An invite is a secret, which every user of the machine would see.
    const words = verb === 'join' ? await Promise.all(args.map(askIfDash)) : args
    const json = context.output.json && shown.includes(verb) ? ['--json'] : []
    return await ofFleet(remote, [verb, ...words, ...wordsOf(options), ...json], context)
  }
}

/** @returns how `pod host VERB` is done, which is about the fleet of this machine */
export function hostVerb(verb: string): Run {
  return async ({ args }, context) => await ofFleet(localName, [verb, ...args], context)
}

async function askIfDash(word: string): Promise<string> {
  if (word !== '-') return word
  const { secretOr } = await import('../say/secret.ts')
  return await secretOr(word, 'Invite: ')
}

/** A program without a slash is one of the PATH. */
const isFile = (name: string, value: string): boolean =>
  files.includes(name) || (name === 'server' && value.includes('/'))

function wordsOf(options: Options): string[] {
  return names.flatMap(name =>
    options.all(name).flatMap(value => [`--${name}`, isFile(name, value) ? resolve(value) : value]),
  )
}
