import { AppError } from '@opensovd/base'

/** What an operator can do something about, in one line; any other error as it is. */
export function listenError(error: unknown, protocol: 'TCP' | 'UDP', at: { host?: string; port: number }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const where = `${protocol} port ${at.port}${at.host === undefined ? '' : ` on ${at.host}`}`
  switch (code) {
    case 'EADDRINUSE':
      return new AppError('address-in-use', `${where} is already in use`, { cause: error })
    case 'EADDRNOTAVAIL':
      return new AppError('address-unavailable', `${where}: this machine has no such address`, { cause: error })
    case 'EACCES':
      return new AppError('listen-failed', `${where}: this user may not listen there`, { cause: error })
    default:
      return error
  }
}
