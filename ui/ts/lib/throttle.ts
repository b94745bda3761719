/** Calls `act` at most once in `ms`, at once and, when asked again meanwhile, once more at the end. */
export function throttle<A extends unknown[]>(act: (...args: A) => void, ms: number): (...args: A) => void {
  let timer = 0
  let waiting: A | null = null
  const open = () => {
    timer = 0
    if (!waiting) return
    const args = waiting
    waiting = null
    run(...args)
  }
  const run = (...args: A) => {
    if (timer) {
      waiting = args
      return
    }
    timer = window.setTimeout(open, ms)
    act(...args)
  }
  return run
}

/** Calls `act` once nobody has asked for `ms`. */
export function settle<A extends unknown[]>(act: (...args: A) => void, ms: number): (...args: A) => void {
  let timer = 0
  return (...args) => {
    clearTimeout(timer)
    timer = window.setTimeout(act, ms, ...args)
  }
}
