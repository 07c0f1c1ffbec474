import { collection, created, json, route } from '../../route.ts'
import { SoftwarePackage, SoftwarePackageStatus } from '../resources/software-package.ts'

const tag = 'software-packages'
const packages = '/components/{componentId}/software-packages'
const one = `${packages}/{packageId}` as const

export const softwarePackageRoutes = {
  listSoftwarePackages: route({
    method: 'GET',
    path: packages,
    tag,
    permission: 'updates:read',
    summary: 'The updates that are for a component',
    reply: collection('softwarePackages', SoftwarePackage),
    errors: ['not-found'],
  }),
  installSoftwarePackage: route({
    method: 'POST',
    path: one,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Fetch a package, see whether it is sound, and lay it ready',
    reply: created(SoftwarePackage, 202),
    errors: ['not-found', 'conflict'],
  }),
  readSoftwarePackageStatus: route({
    method: 'GET',
    path: `${one}/status`,
    tag,
    permission: 'updates:read',
    summary: 'How far a package is',
    reply: json(SoftwarePackageStatus),
    errors: ['not-found'],
  }),
  activateSoftwarePackage: route({
    method: 'POST',
    path: `${one}/activate`,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Let a component use a package that lies ready; its status tells how far that is',
    reply: json(SoftwarePackage),
    errors: ['not-found', 'conflict'],
  }),
  rollBackSoftwarePackage: route({
    method: 'POST',
    path: `${one}/rollback`,
    tag,
    permission: 'updates:execute',
    mutates: 'updates',
    summary: 'Give a component back what it had before a package',
    reply: json(SoftwarePackage),
    errors: ['not-found', 'conflict', 'not-implemented'],
  }),
} as const
