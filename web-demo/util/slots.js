// A slot is the number under which the recorder counts the turns of a job or of a counter. It also selects the colour.
// Jobs have the slots below FIRST_COUNTER_SLOT, each counter has one from there on.

export const FIRST_COUNTER_SLOT = 16;
