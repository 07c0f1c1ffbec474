import { copyFile, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The files of components in folders, one for each version; `current` of a component is a link to the one in use. It
 * is changed at once, so that there is never half a version.
 */
export class InstalledFiles {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** The version in use; undefined if there is none. */
  async current(componentId: string): Promise<string | undefined> {
    return readlink(join(this.#path, componentId, 'current')).catch(() => undefined)
  }

  /** Adds a file to a version that is not in use yet. */
  async add(componentId: string, version: string, name: string, file: string): Promise<void> {
    const folder = join(this.#path, componentId, version)
    await mkdir(folder, { recursive: true })
    await copyFile(file, join(folder, name))
  }

  /** Uses a version, or none. */
  async use(componentId: string, version: string | undefined): Promise<void> {
    const link = join(this.#path, componentId, 'current')
    if (version === undefined) {
      await rm(link, { force: true })
      return
    }
    const next = join(this.#path, componentId, 'next')
    await rm(next, { force: true })
    await symlink(version, next)
    await rename(next, link)
  }

  /** Forgets a version that is not in use. */
  async remove(componentId: string, version: string): Promise<void> {
    if ((await this.current(componentId)) === version) return
    await rm(join(this.#path, componentId, version), { recursive: true, force: true })
  }
}
