// What the figures were measured on.

import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

export type Machine = { cpu: string; cores: number; memoryGB: number; kernel: string; system: string; node: string }

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    system: systemName(),
    node: process.version,
  }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    // A system without that file is still a Linux.
    return 'Linux'
  }
}
