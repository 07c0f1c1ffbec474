export { FakeClock, settle } from './fake-clock.ts'
export { missingModules, missingProgram, type PythonPeer, runPython, startPython } from './peer-programs.ts'
