// Pairs of numbers whose squares add up to a multiple of 9973: sixteen million pairs to look at.
export const QUERY = `
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
SELECT count(*) FROM n AS a, n AS b WHERE (a.i * a.i + b.i * b.i) % 9973 = 0
`.trim();
