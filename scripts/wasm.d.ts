// What the bundler makes of `import hexadecimal from '….wasm'`.
declare module '*.wasm' {
  const hexadecimal: string;
  export default hexadecimal;
}
