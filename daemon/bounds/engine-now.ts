// The engine of containers that was found here, in words: apart from the look for it, which only those load who need one.

let engine: string | undefined

export function noteEngine(words: string): void {
  engine = words
}

/** Such as `podman 4.3.1`; undefined before it was looked for. */
export function engineNow(): string | undefined {
  return engine
}
