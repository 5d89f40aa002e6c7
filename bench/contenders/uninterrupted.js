// What the others are there to avoid.
export async function run(tasks) {
  for (const turn of tasks) while (turn());
}
