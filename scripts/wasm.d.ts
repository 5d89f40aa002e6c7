// What the bundler makes of `import base64 from '….wasm'`.
declare module '*.wasm' {
  const base64: string;
  export default base64;
}
