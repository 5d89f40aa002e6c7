// What the bundler makes of `import bytes from '….wasm'`.
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
