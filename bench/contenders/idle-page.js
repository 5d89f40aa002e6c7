// No work at all, for as long as the job would take alone: what the machine, the browser and its driver add.
export const idle = true;

export const run = (tasks, ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
