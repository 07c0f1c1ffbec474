export { FileUpdateProvider, type FileUpdateProviderOptions } from './file-update-provider.ts'
