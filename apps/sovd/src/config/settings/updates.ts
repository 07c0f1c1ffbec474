import { optionalText, section } from './section.ts'

export const UPDATES_SECTION = section('New software for components.', {
  dir: optionalText('Folder with the packages; docs/updates.md tells what is in it. Without it there are no updates.'),
  install_dir: optionalText('Folder that files of components are installed into. Needed with `dir`.'),
})
