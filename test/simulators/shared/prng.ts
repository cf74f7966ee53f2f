// Looked up once: in a jest environment every look at a global is slow.
const { imul } = Math;

/**
 * A small seeded random source, so that a probability in a fault plan gives the same
 * sequence on every run. Returns a function yielding numbers in [0, 1).
 */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}
