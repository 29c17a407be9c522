// Errors that tell of the machine and of nobody on it: there is too little of something, which passes.

/** What it takes to look at anything: descriptors and memory; and processes. */
const busyCodes: unknown[] = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']
const fullCodes: unknown[] = ['ENOSPC', 'EDQUOT']

/** Whether the system could not look, as with too many files open: nothing is known of what was looked for. */
export function isBusy(error: unknown): boolean {
  return codesOf(error).some(code => busyCodes.includes(code))
}

/** Whether there is no room for one more process, file or byte. */
export function isForRoom(error: unknown): boolean {
  return isBusy(error) || codesOf(error).some(code => fullCodes.includes(code))
}

function codesOf(error: unknown): unknown[] {
  const { code, cause } = error as NodeJS.ErrnoException
  return [code, (cause as NodeJS.ErrnoException | undefined)?.code]
}
