// The rotated files of a log, oldest first, and how many bytes they have: the oldest go when there is no room for a whole live file.
const { unlinkSync } = process.getBuiltinModule('node:fs')

export class OldFiles {
  #files: { file: string; bytes: number }[] = []
  #limits: { maxLiveBytes: number; maxTotalBytes: number }

  /** @param limits how large the live file may be at most, and all files together */
  constructor(limits: { maxLiveBytes: number; maxTotalBytes: number }) {
    this.#limits = limits
  }

  /** A file was rotated. Removes what is beyond the limit now. */
  add(file: string, bytes: number): void {
    const { maxLiveBytes, maxTotalBytes } = this.#limits
    this.#files.push({ file, bytes })
    let total = this.#files.reduce((sum, { bytes }) => sum + bytes, 0)
    while (total + maxLiveBytes > maxTotalBytes) {
      const oldest = this.#files.shift()
      if (!oldest) return
      total -= oldest.bytes
      try {
        unlinkSync(oldest.file)
      } catch {
        // The host may have removed it first.
      }
    }
  }
}
