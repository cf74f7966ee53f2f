import { seededRandom } from '../../../simulators/shared/prng';

/** Random choices that a seed makes repeatable. */
export class Random {
	private readonly next: () => number;

	constructor(seed: number) {
		this.next = seededRandom(seed);
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** A whole number from `from` to `to`, both included. */
	between(from: number, to: number): number {
		return from + Math.floor(this.next() * (to - from + 1));
	}

	pick<T>(values: readonly T[]): T {
		const value = values[this.between(0, values.length - 1)];
		if (value === undefined) throw new Error('Nothing to pick from');
		return value;
	}

	/** An id of the shape that Dify gives. */
	uuid(): string {
		const part = () =>
			Math.floor(this.next() * 2 ** 32)
				.toString(16)
				.padStart(8, '0');
		const hex = part() + part() + part() + part();
		return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	}
}

/** Where random histories begin; `FUZZ_SEED` repeats a failed one. */
export const firstSeed = Number(process.env.FUZZ_SEED ?? 1);
