export { FakeClock, settle } from './fake-clock.ts'
export { missingModules, missingProgram, PYTHON, type PythonPeer, runPython, startPython } from './peer-programs.ts'
export { temporaryFolder } from './temporary-folder.ts'
export { withoutModule } from './without-module.ts'
