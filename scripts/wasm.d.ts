// The type of `import hexadecimal from '….wasm'`: the bundler replaces the file by its bytes in hexadecimal.
declare module '*.wasm' {
  const hexadecimal: string;
  export default hexadecimal;
}
