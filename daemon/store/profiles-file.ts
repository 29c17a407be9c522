// `profiles/NAME.json`: policy that has a name, for many pods. Written by the host on a verb, and by people.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type PodConfig, parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isName, quote } from '../../protocol/names.ts'
import { profileConfig } from '../../protocol/profile.ts'
import type { DataPaths } from '../system/paths.ts'
import { makeStateFolder, readStateFolder, readStateText, writeState } from './state-file.ts'

type Paths = Pick<DataPaths, 'profiles'>

/** The names of all that there are, in order. @throws {P8aError} `state_broken` */
export async function profileNames({ profiles }: Paths): Promise<string[]> {
  const files = await readStateFolder(profiles)
  return files.flatMap(file => (/\.json$/.test(file) && isName(file.slice(0, -5)) ? [file.slice(0, -5)] : [])).sort()
}

/** @throws {P8aError} `profile_not_found`; `bad_config` where somebody wrote what no profile can hold; `state_broken` */
export async function readProfile(paths: Paths, name: string): Promise<PodConfig> {
  const file = fileOf(paths, name)
  const text = isName(name) ? await readStateText(file) : undefined
  if (text === undefined) throw unknownProfile(name, await profileNames(paths))
  return profileConfig(parseConfig(jsonOf(text, file), file), file)
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeProfile(paths: Paths, name: string, config: PodConfig): Promise<void> {
  await makeStateFolder(paths.profiles)
  await writeState(fileOf(paths, name), config, { durable: true })
}

export async function eraseProfile(paths: Paths, name: string): Promise<void> {
  await rm(fileOf(paths, name), { force: true })
}

const fileOf = ({ profiles }: Paths, name: string) => join(profiles, `${name}.json`)

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new P8aError('bad_config', `Cannot use ${file}: it is no JSON`, {
      hint: (error as Error).message,
      facts: { file },
    })
  }
}

function unknownProfile(name: string, names: readonly string[]): P8aError {
  return new P8aError('profile_not_found', `There is no profile ${quote(name)}`, {
    hint: [
      { text: names.length > 0 ? `There are: ${names.join(', ')}` : 'There are no profiles' },
      { text: 'to make it', do: { verb: 'profile set', args: [name], options: { memory: '200MB' } } },
    ],
    facts: { profile: name },
  })
}
