/** The message of an error and the top of its stack, which in some hosts begins with the message. */
export function errorText(error) {
  if (typeof error?.message !== 'string') return String(error);
  const message = `${error.name}: ${error.message}`;
  const frames = String(error.stack ?? '')
    .replace(message, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [message, ...frames.slice(0, 3)].join('\n');
}
