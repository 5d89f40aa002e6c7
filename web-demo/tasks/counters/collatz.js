// The work of a counter: it sums up the lengths of Collatz sequences, a few numbers in each turn.

export const TURNS = 250;
const NUMBERS_PER_TURN = 40;

/**
 * @param {number} first  the first number whose sequence is measured
 * @param {(turns: number) => void} onTurn  called in every turn
 */
export function* sumCollatzLengths(first, onTurn) {
  let steps = 0;
  for (let turn = 1; turn <= TURNS; turn++) {
    for (let start = first; start < first + NUMBERS_PER_TURN; start++) {
      for (let n = start; n > 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    }
    first += NUMBERS_PER_TURN;
    onTurn(turn);
    yield; // ends the turn
  }
  return steps;
}
