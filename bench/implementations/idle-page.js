// Does no work for as long as the job would take: shows the delays that the machine, browser and driver add themselves.
export const idle = true;

export const run = (tasks, { ms }) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
