// Where Redis is: REDIS_URL, or this machine.
const { hostname, port } = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');

/** BullMQ wants a worker to try for as long as it takes. */
export const connection = { host: hostname, port: Number(port || 6379), maxRetriesPerRequest: null };
