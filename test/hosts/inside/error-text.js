/** An error as text: what it says, and the top of its stack. Some hosts put the former into the latter, some do not. */
export function errorText(error) {
  if (typeof error?.message !== 'string') return String(error);
  const said = `${error.name}: ${error.message}`;
  const frames = String(error.stack ?? '')
    .replace(said, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [said, ...frames.slice(0, 3)].join('\n');
}
