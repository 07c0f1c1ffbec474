/** What loading needs of a file system. Paths are absolute. */
export interface ConfigurationFiles {
  /** What `path` is, links followed; undefined: neither a file nor a folder. */
  kindOf(path: string): Promise<'file' | 'folder' | undefined>
  /** @throws if the file cannot be read */
  read(path: string): Promise<Uint8Array>
  /** The names in a folder, in any order. @throws if the folder cannot be read */
  list(folder: string): Promise<readonly string[]>
}
