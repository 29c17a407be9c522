// Errors of the machine, not of a program on it: there is too little of something, which passes.

/** The codes for too few descriptors, processes, or too little memory. */
const busyCodes: unknown[] = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']
const fullCodes: unknown[] = ['ENOSPC', 'EDQUOT']

/** Whether the system could not look, for example with too many open files: then nothing is known. */
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
