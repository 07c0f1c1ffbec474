import { type Static, type TProperties, Type } from 'typebox'
import { flag, optionalText, section } from './section.ts'

const ids = (description: string) => Type.Array(Type.String({ minLength: 1 }), { default: [], description })

const IDENTITY = {
  id: Type.String({ default: '', description: 'Required. Unique among the entities of its kind.' }),
  name: optionalText('What people call it. Default: the name that a backend has for it, or else the id.'),
  description: optionalText('What it is.'),
  translation_id: optionalText('What names it in a catalogue of texts.'),
  tags: ids('What it can be found by.'),
}

const DataBinding = Type.Object(
  {
    id: Type.String({ default: '', description: 'Required. What the item is called here.' }),
    component: optionalText('The component that has it. Default: `source`.'),
    item: optionalText('What the component calls it. Default: `id`.'),
    name: optionalText('What people call it. Default: as the component has it.'),
  },
  { additionalProperties: false },
)

const OperationBinding = Type.Object(
  {
    id: Type.String({ default: '', description: 'Required. What the operation is called here.' }),
    component: optionalText('The component that has it. Default: `source`.'),
    operation: optionalText('What the component calls it. Default: `id`.'),
    name: optionalText('What people call it. Default: as the component has it.'),
  },
  { additionalProperties: false },
)

const ABILITIES = {
  source: optionalText('The component whose data, faults, operations and so on it has as its own.'),
  data: Type.Array(DataBinding, {
    default: [],
    description: 'Data items of components under ids of its own, in place of those of `source`.',
  }),
  operations: Type.Array(OperationBinding, {
    default: [],
    description: 'Operations of components under ids of its own, in place of those of `source`.',
  }),
}

function tables<const P extends TProperties>(properties: P, description: string) {
  return Type.Array(Type.Object(properties, { additionalProperties: false }), { default: [], description })
}

/** Entities beyond those of backends, and what is known of those beyond what backends tell. */
export const ENTITY_SECTIONS = {
  entities: section('Which kinds of entities there are.', {
    areas: flag('Whether there are areas.', true),
    apps: flag('Whether there are apps.', true),
    functions: flag('Whether there are functions.', true),
  }),
  areas: tables(
    {
      ...IDENTITY,
      parent: optionalText('The area that it is in.'),
      components: ids('The components in it. A component is in one area.'),
    },
    'Areas, one `[[areas]]` table each; one with the id of a backend’s adds to that.',
  ),
  components: tables(
    {
      ...IDENTITY,
      parent: optionalText('The component that it is part of.'),
      depends_on: ids('The components that it cannot work without.'),
    },
    'What is known of components of backends beyond what these tell, one `[[components]]` table each.',
  ),
  apps: tables(
    {
      ...IDENTITY,
      version: optionalText('The version of its software.'),
      host: optionalText('The component that it runs on.'),
      depends_on: ids('The apps and components that it cannot work without.'),
      ...ABILITIES,
    },
    'Apps, one `[[apps]]` table each; one with the id of a backend’s adds to that.',
  ),
  functions: tables(
    {
      ...IDENTITY,
      components: ids('Components whose faults are its faults, beside those of its data and operations.'),
      ...ABILITIES,
    },
    'Functions, one `[[functions]]` table each; one with the id of a backend’s adds to that.',
  ),
  groups: tables(
    { ...IDENTITY, components: ids('The components of the group.') },
    'Groups of components, one `[[groups]]` table each; one with the id of a backend’s adds to that.',
  ),
}

const Sections = Type.Object(ENTITY_SECTIONS)

export type EntitySettings = Static<typeof Sections>
