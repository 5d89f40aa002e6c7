// `using`, which TypeScript has since 5.2. With a `lib` that does not declare it, the package's own types are enough.
import { Cooperator } from 'cooperator';

export function disposed(): void {
  using cooperator = new Cooperator();
  cooperator.stop();
}
