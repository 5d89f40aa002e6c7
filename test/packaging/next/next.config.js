export default { distDir: 'build' };
