/** Where an entity of any kind is: `entityCollection` is areas, components, apps or functions. */
export const ENTITY = '/{entityCollection}/{entityId}'
