// One long block: the highest possible goodput, and no frame until it ends.
export async function run(tasks) {
  for (const turn of tasks) while (turn());
}
