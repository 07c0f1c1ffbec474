const WIDTH = 30
/** Between two lines of an output that is no terminal. */
const STEP_PERCENT = 10

/** Shows how far something is. */
export interface Progress {
  show(percent: number | undefined): void
  /** Called before anything else is printed. */
  end(): void
}

/** A bar on a terminal; on anything else, a line every ten percent. */
export function progressOn(output: { readonly isTTY?: boolean; write(text: string): unknown }): Progress {
  return output.isTTY === true ? bar(output) : lines(output)
}

function bar(output: { write(text: string): unknown }): Progress {
  let isOpen = false
  return {
    show: (percent = 0) => {
      const filled = Math.round((WIDTH * percent) / 100)
      output.write(
        `\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${String(Math.floor(percent)).padStart(3)} %`,
      )
      isOpen = true
    },
    end: () => {
      if (isOpen) output.write('\n')
      isOpen = false
    },
  }
}

function lines(output: { write(text: string): unknown }): Progress {
  let next = 0
  return {
    show: (percent = 0) => {
      if (percent < next) return
      output.write(`${Math.floor(percent)} %\n`)
      next = (Math.floor(percent / STEP_PERCENT) + 1) * STEP_PERCENT
    },
    end: () => {},
  }
}
