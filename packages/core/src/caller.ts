/** Who asks for something. */
export interface Caller {
  /** The name of who asks; absent when nobody gave one. Locks belong to it. */
  readonly subject?: string
  /** What the caller may do, such as `locks:break`. Absent where callers are not authenticated: then all may do all. */
  readonly permits?: (permission: string) => boolean
}

/** A caller who can own a lock. */
export interface NamedCaller extends Caller {
  readonly subject: string
}
