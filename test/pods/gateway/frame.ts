// A frame of a WebSocket as it goes over the wire, also one that no library would write.

export type FrameParts = {
  payload?: Buffer
  /** 1 is text, 2 binary, 0 goes on, 8 closes, 9 pings, 10 pongs; others are none. */
  opcode?: number
  isLast?: boolean
  /** The three reserved bits. */
  reserved?: number
  isMasked?: boolean
}

export function frame({
  payload = Buffer.alloc(0),
  opcode = 1,
  isLast = true,
  reserved = 0,
  isMasked = false,
}: FrameParts): Buffer {
  const { length } = payload
  const short = length < 126 ? length : length < 65_536 ? 126 : 127
  const head = Buffer.from([(isLast ? 0x80 : 0) | (reserved << 4) | opcode, (isMasked ? 0x80 : 0) | short])
  const long = Buffer.alloc(short === 127 ? 8 : short === 126 ? 2 : 0)
  if (short === 126) long.writeUInt16BE(length)
  if (short === 127) long.writeBigUInt64BE(BigInt(length))
  if (!isMasked) return Buffer.concat([head, long, payload])
  const mask = Buffer.of(0x37, 0xfa, 0x21, 0x3d)
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return Buffer.concat([head, long, mask, masked])
}
