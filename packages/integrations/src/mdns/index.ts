export { Announcement, type AnnouncementOptions } from './announcement.ts'
export { type BroadcastOptions, openBroadcast } from './broadcast.ts'
export type { Link } from './link.ts'
export type { Service } from './service.ts'
