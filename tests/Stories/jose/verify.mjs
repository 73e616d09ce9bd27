// Verifies access tokens the way any other system would: by the key set at its address, with a library we had no hand in.
// Usage: node verify.mjs <address of the key set> <seconds since 1970> <token>...   prints a JSON array, one result for each token.
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [address, now, ...tokens] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(address));
const results = [];
for (const token of tokens) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: 'sarai', audience: 'sarai', algorithms: ['RS256'], typ: 'JWT', currentDate: new Date(now * 1000) });
    results.push({ sub: payload.sub, role: payload.role, kid: protectedHeader.kid });
  } catch (problem) {
    results.push({ problem: problem.code ?? String(problem) });
  }
}
console.log(JSON.stringify(results));
