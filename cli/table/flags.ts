// Options that commands of several parts of the table have.
import type { FlagLine } from '../argv/command.ts'

export const pushFlags: readonly FlagLine[] = [
  ['--link', 'Use a folder of this machine where it is, and copy nothing'],
  ['--entry <file>', 'The file of the folder that starts'],
  ['--command <line>', 'Start it with this command line, in any language; a single file is $P8A_FILE there'],
  ['--service', 'Keep a script up as a service: it is started anew when it ends'],
  ['--build <line>', 'Build the folder with this command line (default: the script "build" of package.json)'],
  ['--no-build', 'Build nothing'],
  ['--writable <path>', 'What the runs of a folder may write in; it is kept over versions (may be repeated)'],
  ['--as-is', 'Take node_modules and built files along, and install nothing'],
]
