/** The baseline for everything that runs generators: calls next() round-robin and does nothing else. */
export function run(tasks) {
  const generators = tasks.map((turn) =>
    (function* () {
      while (turn()) yield;
    })(),
  );
  for (let left = generators.length; left > 0;) {
    left = 0;
    for (const generator of generators) if (!generator.next().done) left++;
  }
}
