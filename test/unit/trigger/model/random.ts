/** Numbers that a seed makes repeatable; 0 and 1 draw as differently as any others. */
export class Draw {
	private state: number;

	constructor(...seeds: number[]) {
		this.state = seeds.reduce(
			(mixed, seed) => mix(mixed ^ Math.imul(seed | 0, 0x9e3779b1)),
			0x51ed,
		);
	}

	/** From 0 to less than 1. */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		return (mix(this.state) >>> 0) / 2 ** 32;
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** A whole number, both ends included. */
	between(from: number, to: number): number {
		return from + Math.floor(this.next() * (to - from + 1));
	}

	/** Small numbers more often than large ones: as many below 10 as between 10 and 100. */
	magnitude(from: number, to: number): number {
		return Math.floor(from * Math.exp(this.next() * Math.log((to + 1) / from)));
	}

	pick<T>(values: readonly T[]): T {
		return values[this.between(0, values.length - 1)] as T;
	}

	uuid(): string {
		const part = () => ((this.next() * 2 ** 32) >>> 0).toString(16).padStart(8, '0');
		const [a, b, c, d] = [part(), part(), part(), part()];
		return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
	}
}

function mix(value: number): number {
	let mixed = value;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
	return mixed ^ (mixed >>> 15);
}

/** A number for a text, the same on every run. */
export function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
	return mix(value);
}
