/** What a check does to the vehicle: nothing, changes that it undoes as far as it can, or an interruption. */
export type Impact = 'reads' | 'writes' | 'disrupts'
