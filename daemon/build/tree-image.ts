// The image of a pushed folder: its tree, checked, placed, built and looked at.
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { leadsOut, type Tree } from '../../protocol/tree.ts'
import { missingContents, placeTree, readContent } from '../image/contents.ts'
import { describeFolder, readManifest } from '../image/folder.ts'
import { moveSealed, removeSealed, seal } from '../image/seal.ts'
import { seedsName } from '../image/seeds.ts'
import { removeUnshared, shareFiles } from '../image/shared-files.ts'
import { ownPlatform, type Platform } from '../image/sheet.ts'
import type { Chosen } from '../image/starts.ts'
import { type Content, hashOf, isWhole, type NewImage, readImage } from '../image/store.ts'
import { refuseLarge } from '../image/tree-limits.ts'
import { asSaveError } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { type Building, type BuildNeeds, buildFolder } from './build.ts'
import type { BuildOptions } from './plan.ts'
import { linkWritable } from './writable.ts'

export type PushedTree = {
  /** Of the pod. */
  name: string
  tree: Tree
  chosen: Chosen
  options: BuildOptions
  isProgram?: boolean | undefined
  /** What its runs may write in, in the place of what its policy says. */
  writable?: readonly string[] | undefined
  /** The folder in the tree that is meant, where that is a workspace, and the packages of that which it needs. */
  within?: string | undefined
  workspaces?: readonly string[] | undefined
  /** The machine that native addons in it were built for. */
  builtFor?: Platform | undefined
  file: string
}

let lastStaging = 0

/**
 * Finds the image of a tree, or makes it.
 * @throws {P8aError} `bad_image`, `bad_config`, `build_failed`, `aborted`, `too_large`, `no_space`, `save_failed`
 */
export async function prepareTree(
  needs: BuildNeeds,
  pushed: PushedTree,
  building: Building,
): Promise<{ image: NewImage; content: Content }> {
  const { paths, settings } = needs
  const { name, tree, writable, within, builtFor, file: _, ...made } = pushed
  refuseForeign(builtFor)
  const { storage } = paths.pod(name)
  // Its links to what its runs may write in lead into the storage of this pod alone.
  const isOwn = writable ? writable.length > 0 : await hasWritable(paths, tree, within)
  const owner = isOwn ? relative(paths.images, storage) : undefined
  const hash = treeHash(tree, { ...made, writable, within, owner })
  const known = await readImage(paths, hash).catch(() => undefined)
  if (known && (await isWhole(paths, known)))
    return { image: known, content: { fill: refuseGone, discard: async () => {} } }
  const size = tree.reduce((sum, entry) => sum + ('link' in entry ? 0 : entry.size), 0)
  refuseLarge({ bytes: size, files: tree.length }, settings)
  await checkTree(paths, tree)
  const staging = join(paths.images, `.new-${hash}-tree-${++lastStaging}`)
  try {
    const image = await makeFolder(needs, pushed, { ...building, staging, hash, size })
    return { image, content: contentIn(staging) }
  } catch (error) {
    await removeSealed(staging).catch(() => {})
    await removeUnshared(paths).catch(() => {})
    throw asSaveError(paths.image(hash), error)
  }
}

/** As deep as it will lie, so that relative links lead where they will lead. */
const folderIn = (staging: string): string => join(staging, 'tree')

/** Makes the folder of a tree, out of the way, builds it, and looks at what starts in it. */
async function makeFolder(
  needs: BuildNeeds,
  { name, tree, chosen, options, isProgram, writable, within, workspaces, file }: PushedTree,
  { staging, hash, size, ...building }: Building & { staging: string; hash: string; size: number },
): Promise<NewImage> {
  const { paths } = needs
  const folder = folderIn(staging)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await placeTree(paths, tree, folder)
  // A build may take minutes: what is wrong in the policy is told before it.
  await readManifest(join(folder, within ?? ''))
  const installed = await buildFolder(needs, folder, { options, command: chosen.command, workspaces, ...building })
  const found = await describeFolder(join(folder, within ?? ''), chosen, folder)
  const config = { ...found.config, ...(writable && { writable: [...writable] }) }
  const { storage } = paths.pod(name)
  await linkWritable({ staging, final: paths.image(hash), storage, within, writable: config.writable ?? [] })
  if (installed === undefined) await shareFiles(paths, folder)
  for (const made of [folder, join(staging, seedsName)]) await seal(made).catch(ignoreMissing)
  // Its pusher may have left after the last step, which a folder with many packages leaves time for.
  if (building.signal.aborted) throw new P8aError('aborted', 'The push was given up', { facts: { step: 'push' } })
  return {
    hash,
    size,
    kind: 'service',
    format: 'folder',
    exports: [],
    file,
    installed,
    isProgram,
    within,
    ...found,
    config,
  }
}

function contentIn(staging: string): Content {
  return {
    fill: async into => {
      await moveSealed(join(staging, seedsName), join(into, seedsName)).catch(ignoreMissing)
      await moveSealed(folderIn(staging), join(into, 'tree'))
    },
    discard: async () => await removeSealed(staging).catch(() => {}),
  }
}

async function refuseGone(): Promise<never> {
  throw refused('its image was removed just now', 'Push it again')
}

/** The same tree, built and started in the same way by the same Node, is the same image. */
function treeHash(
  tree: Tree,
  { chosen, options, ...own }: Omit<PushedTree, 'name' | 'tree' | 'file' | 'builtFor'> & { owner: string | undefined },
): string {
  const { build, noBuild = false, asIs = false } = options
  const lines = tree.map(entry =>
    JSON.stringify('link' in entry ? [entry.path, entry.link] : [entry.path, entry.hash, entry.x === true]),
  )
  const { entry, command, args } = chosen
  const isPlain = Object.values(own).every(value => value === undefined || value === false)
  const made = asIs ? 'as-is' : [build, noBuild, process.versions.modules, process.platform, process.arch]
  return hashOf(JSON.stringify(['tree', lines.sort(), entry, command, args, made, ...(isPlain ? [] : [own])]))
}

/** Whether its policy names anything that its runs may write in. */
async function hasWritable(paths: DataPaths, tree: Tree, within = ''): Promise<boolean> {
  const names = ['pod.json', 'package.json'].map(name => join(within, name))
  const policies = tree.flatMap(entry => ('hash' in entry && names.includes(entry.path) ? [entry] : []))
  // Whatever is wrong with it is told later.
  const texts = await Promise.all(policies.map(async entry => await readContent(paths, entry.hash).catch(() => '')))
  return texts.some(text => text.includes('"writable"'))
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

async function checkTree(paths: DataPaths, tree: Tree): Promise<void> {
  const outside = tree.find(entry => 'link' in entry && leadsOut(entry))
  if (outside)
    throw refused(
      `the link ${JSON.stringify(outside.path)} leads out of it`,
      'Put what it leads to into the folder',
      outside.path,
    )
  const seen = new Set<string>()
  for (const { path } of tree) {
    if (seen.has(path)) throw refused(`${JSON.stringify(path)} is in it twice`, 'Send each path once', path)
    seen.add(path)
  }
  // What is below a link would lie where the link leads.
  for (const { path } of tree) {
    const above = parents(path).find(parent => seen.has(parent))
    if (above === undefined) continue
    const isLink = tree.some(entry => entry.path === above && 'link' in entry)
    throw refused(`${JSON.stringify(path)} lies below a ${isLink ? 'link' : 'file'}`, 'Send it where it lies', path)
  }
  const missing = await missingContents(
    paths,
    tree.flatMap(entry => ('link' in entry ? [] : [entry.hash])),
  )
  if (missing.length > 0)
    throw refused(
      `${missing.length} of its files are not here`,
      'Send the bytes of the files that pod.push.missing names first',
    )
}

/** @throws {P8aError} `bad_image` for what another machine, or another Node, has built */
function refuseForeign(builtFor: Platform | undefined): void {
  if (!builtFor) return
  const own = ownPlatform()
  const differs = (['platform', 'arch', 'modules'] as const).find(key => builtFor[key] !== own[key])
  if (differs === undefined) return
  const said = ({ platform, arch, modules }: Platform) => `${platform}-${arch} and modules ${modules} of Node`
  throw refused(
    `it has native addons for ${said(builtFor)}, and this host has ${said(own)}`,
    'Push its source here, so that this host installs and builds it',
  )
}

function parents(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function refused(why: string, hint: string, file?: string): P8aError {
  return new P8aError('bad_image', `Cannot push the folder: ${why}`, {
    hint,
    facts: file === undefined ? {} : { file },
  })
}
