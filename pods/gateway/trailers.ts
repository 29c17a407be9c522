// What of a trailer is handed on. A header that says where a message ends, for whom it is or what its body is comes too late there (RFC 9110 6.5.1):
// whoever took it in would read the message in another way than everybody before.

const noTrailer =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|content-(?:length|type|encoding|range)|forwarded|x-forwarded-.*|x-real-ip|.*_.*)$/i

/** @param flat names and values in turn */
export function trailersOf(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, at) =>
    at % 2 === 0 && !noTrailer.test(name) ? [[name, flat[at + 1] ?? ''] satisfies [string, string]] : [],
  )
}
