// Cuts a series of files where the clock was set back, so that the times of each piece only grow. Writers of logs begin
// a new file there.
import type { ReadBytes } from './bytes.ts'
import type { LogSeries } from './files.ts'
import { firstDatedLine, lastTime } from './seek.ts'
import { SeriesBytes } from './series-bytes.ts'

/**
 * The pieces of a series; the series itself if its times only grow. It looks at the beginning and the end of each file.
 */
export async function piecesOf(series: LogSeries, read: ReadBytes): Promise<LogSeries[]> {
  const pieces: LogSeries[] = []
  let before: string | undefined
  for (const file of series.files.length > 1 ? series.files : []) {
    const bytes = new SeriesBytes({ of: series.of, files: [file] }, read)
    const first = (await firstDatedLine(bytes, { from: 0, to: bytes.size }))?.time
    const isBack = before !== undefined && first !== undefined && first < before
    if (isBack || pieces.length === 0) pieces.push({ of: series.of, files: [] })
    pieces.at(-1)?.files.push(file)
    before = (await lastTime(bytes)) ?? before
  }
  return pieces.length > 1 ? pieces : [series]
}
