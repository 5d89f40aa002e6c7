// The address of Redis: REDIS_URL, or this machine.
const { hostname, port } = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');

/** BullMQ requires that a worker retries without limit, hence the null. */
export const connection = { host: hostname, port: Number(port || 6379), maxRetriesPerRequest: null };
