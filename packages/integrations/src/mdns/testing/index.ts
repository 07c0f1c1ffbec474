export { QUERY, RESPONSE } from './recorded.ts'
