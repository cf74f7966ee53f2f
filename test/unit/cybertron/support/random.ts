/** Random numbers that can be had again. */
export interface RandomSource {
	/** A whole number from 0 up to, but not including, `limit`. */
	below(limit: number): number;
	chance(probability: number): boolean;
	pick<T>(list: readonly T[]): T;
	shuffle<T>(list: readonly T[]): T[];
}

/** A xorshift generator: the same seed gives the same numbers. */
export function randomSource(seed: number): RandomSource {
	let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
	const next = () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		below,
		chance: (probability) => next() < probability,
		pick: (list) => list[below(list.length)]!,
		shuffle: (list) => {
			const shuffled = [...list];
			for (let i = shuffled.length - 1; i > 0; i--) {
				const j = below(i + 1);
				[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
			}
			return shuffled;
		},
	};
}
