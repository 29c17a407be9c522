// The monkey: one fault after another, of every kind there is, each undone before the next quiet point.
import { setTimeout as delay } from 'node:timers/promises'
import { garbleDesired, garbleExitNote, garbleRecord, truncateImage } from './faults-files.ts'
import {
  deleteSockets,
  failCall,
  fewDescriptors,
  fillDisk,
  killHost,
  killHostAtPoint,
  moveClock,
  stopHost,
} from './faults-host.ts'
import { harmHostLog, harmRunLog, removeLogFolder } from './faults-logs.ts'
import { killChild, killPod, killSpare, stopPod, stopSpare } from './faults-pods.ts'
import { upgradeHost } from './faults-upgrade.ts'
import { hangKeeper, killGuard } from './keepers.ts'
import type { Chance } from './seed.ts'
import type { World } from './world.ts'

type Fault = (world: World, chance: Chance) => Promise<boolean>

/** How often each comes, against the others. */
const weights = {
  killHost: 5,
  killHostAtPoint: 5,
  upgradeHost: 3,
  killPod: 8,
  killChild: 2,
  killSpare: 3,
  killKeeper: 2,
  hangKeeper: 2,
  killGuard: 1,
  stopPod: 2,
  stopHost: 2,
  stopSpare: 1,
  fillDisk: 1,
  fewDescriptors: 1,
  garbleDesired: 2,
  harmHostLog: 2,
  harmRunLog: 2,
  removeLogFolder: 1,
  garbleRecord: 1,
  garbleExitNote: 1,
  truncateImage: 1,
  deleteSockets: 2,
  moveClock: 2,
  failCall: 4,
} as const

const faults: Record<keyof typeof weights, Fault> = {
  killHost,
  killHostAtPoint,
  upgradeHost,
  killPod,
  killChild,
  killSpare,
  killKeeper: async world => world.scripts.killKeeper(world.onBare),
  // A host that waits for it in vain opens its sockets anew: who waited at the old ones is cut off.
  hangKeeper: async (world, chance) => {
    world.onBare()
    return await hangKeeper(world.host.dir, chance).finally(world.onBare)
  },
  killGuard: async world => killGuard(world.host.dir, world.onBare),
  stopPod,
  stopHost,
  stopSpare,
  fillDisk,
  fewDescriptors,
  garbleDesired,
  harmHostLog,
  harmRunLog,
  removeLogFolder,
  garbleRecord,
  garbleExitNote,
  truncateImage,
  deleteSockets,
  moveClock,
  failCall,
}

export async function runMonkey(world: World, chance: Chance): Promise<void> {
  while (!world.isOver) {
    if (!world.isQuiet) {
      const kind = chance.weighted(weights)
      world.busy += 1
      world.words.note(kind)
      try {
        if (await faults[kind](world, chance)) world.report.count('faults', kind)
        world.words.note(`${kind} is over`)
      } finally {
        world.busy -= 1
      }
    }
    await delay(chance.between(20, 400))
  }
}
