// A slot is the number under which the recorder counts the turns of a job or of a counter. It also selects the colour.
// Jobs use the slots below FIRST_COUNTER_SLOT, counters those from there on.

export const FIRST_COUNTER_SLOT = 16;
