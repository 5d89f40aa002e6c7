// The type of `import text from '….wasm'`: the bundler replaces the file by a text of scripts/package/wasm-text.mjs.
declare module '*.wasm' {
  const text: string;
  export default text;
}

// The type of `import instantiate from '….wasm?javascript'`: the bundler replaces the file by JavaScript that does the
// same.
declare module '*.wasm?javascript' {
  /** @param imports as those of a WebAssembly instance; returns what the instance would export */
  export default function instantiate(imports: Record<string, Record<string, Function>>): any;
}
