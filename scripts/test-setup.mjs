// Runs before each test file. Generated cases are the same in every run, so that a red run is about the change it
// tests; PROPERTY_SEED=random looks for new ones, PROPERTY_SEED=<number> repeats what such a run has found.
import fc from 'fast-check'

const { PROPERTY_SEED = '20261121' } = process.env
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) })
