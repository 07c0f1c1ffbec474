import os from 'node:os'
import type { Health } from '@opensovd/sovd'

interface CpuTimes {
  readonly busyMs: number
  readonly totalMs: number
}

/** Reads the state of this machine; the CPU usage is that since the last reading, at first that since boot. */
export function createSystemProbe(): () => Health['system'] {
  let last: CpuTimes = { busyMs: 0, totalMs: 0 }
  return () => {
    const now = cpuTimes()
    const elapsedMs = now.totalMs - last.totalMs
    const usage = elapsedMs > 0 ? (now.busyMs - last.busyMs) / elapsedMs : 0
    if (elapsedMs > 0) last = now
    const total = os.totalmem()
    const available = os.freemem()
    return {
      cpu_count: os.cpus().length,
      cpu_usage_percent: percent(usage),
      total_memory_bytes: total,
      used_memory_bytes: total - available,
      available_memory_bytes: available,
      memory_usage_percent: percent((total - available) / total),
      system_name: os.type(),
      os_version: os.release(),
      host_name: os.hostname(),
      uptime_secs: Math.floor(os.uptime()),
    }
  }
}

function cpuTimes(): CpuTimes {
  let busyMs = 0
  let totalMs = 0
  for (const { times } of os.cpus()) {
    const used = times.user + times.nice + times.sys + times.irq
    busyMs += used
    totalMs += used + times.idle
  }
  return { busyMs, totalMs }
}

/** Hundredths as a percentage with one decimal. */
function percent(fraction: number): number {
  return Math.round(fraction * 1000) / 10
}
