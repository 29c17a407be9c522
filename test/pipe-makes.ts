// Both ways in which p8a makes a Unix socket: by Node's own pipe, and by net where that is denied.
const host = process as unknown as { binding: unknown }
const { binding } = host

/** By name; called, it chooses that way for this process. */
export const pipeMakes = {
  "Node's own pipe": () => {},
  net: () => {
    host.binding = () => {
      throw new Error('ERR_ACCESS_DENIED')
    }
  },
}

/** To be called after each test. */
export function anyPipe(): void {
  host.binding = binding
}
