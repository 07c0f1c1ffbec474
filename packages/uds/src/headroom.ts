/** As much as any transport puts in front of a message, in whole words. */
const HEADROOM_BYTES = 16
/** Memory that was made here: in front of a message in other memory there may be something else. */
const roomy = new WeakSet<ArrayBufferLike>()

/**
 * Memory for a long message with room in front of it, where a transport puts its header instead of copying the message
 * behind one. It belongs to the network from when it is sent until it was taken.
 */
export function allocateMessage(length: number): Uint8Array {
  const memory = new ArrayBuffer(HEADROOM_BYTES + length)
  roomy.add(memory)
  return new Uint8Array(memory, HEADROOM_BYTES)
}

/** `head` and `message` as one, where there is room for it in front of the message. */
export function joinInPlace(head: Uint8Array, message: Uint8Array): Uint8Array | undefined {
  const { buffer, byteOffset } = message
  if (byteOffset !== HEADROOM_BYTES || head.length > HEADROOM_BYTES || !roomy.has(buffer)) return undefined
  const whole = new Uint8Array(buffer, byteOffset - head.length, head.length + message.length)
  whole.set(head)
  return whole
}
