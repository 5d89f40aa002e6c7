// The type of `import text from '….wasm'`: the bundler replaces the file by a text of scripts/package/wasm-text.mjs.
declare module '*.wasm' {
  const text: string;
  export default text;
}
