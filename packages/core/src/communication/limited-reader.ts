import type { EventReader } from '@opensovd/sovd'
import type { ReaderLimit } from '../events/reader-limit.ts'

/**
 * A place in a stream that is not ours, as one of all those that there may be.
 * @throws SovdError `unavailable` when there are too many; what `open` throws
 */
export function limitedReader(limit: ReaderLimit, open: () => EventReader): EventReader {
  limit.enter()
  let leave = () => {
    leave = () => {}
    limit.leave()
  }
  try {
    const reader = open()
    return {
      take: () => reader.take(),
      beat: () => reader.beat(),
      get isOver() {
        return reader.isOver
      },
      close() {
        leave()
        reader.close()
      },
    }
  } catch (error) {
    leave()
    throw error
  }
}
