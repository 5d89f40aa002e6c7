// A small task, of which there may be thousands: it sums up the lengths of Collatz sequences, some numbers a turn.

export const TURNS = 250;
const NUMBERS_PER_TURN = 40;

/** @param {(turns: number) => void} told  of every turn */
export function* counter(from, told) {
  let steps = 0;
  for (let turn = 1; turn <= TURNS; turn++) {
    for (let start = from; start < from + NUMBERS_PER_TURN; start++) {
      for (let n = start; n > 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    }
    from += NUMBERS_PER_TURN;
    told(turn);
    yield; // the end of a turn
  }
  return steps;
}
