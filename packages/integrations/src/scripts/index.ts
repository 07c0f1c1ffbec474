export { ISOLATIONS, type Isolation } from './sandbox.ts'
export { ScriptFolder, type ScriptFolderOptions } from './script-folder.ts'
export { openScriptRunner, type ScriptRunnerOptions } from './script-runner.ts'
