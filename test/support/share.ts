/** `npm run test:long` runs in full what `npm test` runs a small share of: all files that import this. */
const isLong = process.env.CHATFLOW_TESTS === 'long';

/** How many times to do what takes minutes when done in full. */
export function share(full: number, short: number): number {
	return isLong ? full : short;
}
