// A configuration of dependency-cruiser besides .dependency-cruiser.cjs. By hand:
// npx depcruise --config test/architecture/circles.cjs js
//
// Here types in JSDoc do not count as imports: two files may name each other's types.
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files that import each other, also through others, can only be understood and changed together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: { doNotFollow: { path: ['^dist/'] } },
};
