// A search that forgives a typing error, and therefore takes time: some microseconds for each row.

/** Whether each word of the query begins a word of the row, with at most one letter wrong, missing or too many. */
export function matches({ name, city }, query) {
  const words = `${name} ${city}`.toLowerCase().split(' ');
  const wanted = query.toLowerCase().split(' ').filter(Boolean);
  return wanted.every((start) => words.some((word) => distance(word, start) <= 1));
}

/** The least number of changes that make `start` a beginning of `word`. */
function distance(word, start) {
  let previous = Array.from({ length: word.length + 1 }, (_, length) => length);
  for (let row = 1; row <= start.length; row++) {
    const current = [row];
    for (let column = 1; column <= word.length; column++) {
      const change = word[column - 1] === start[row - 1] ? 0 : 1;
      current.push(Math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + change));
    }
    previous = current;
  }
  return Math.min(...previous);
}
