import { parseDirectives, type Directives } from './directives';

/**
 * A planned misbehaviour: directives that hold for matching events although nobody wrote them into
 * a question. `http` and `round` also see the directives of the question itself.
 */
export interface Fault {
	/** HTTP request, WebSocket handshake, or a message on an open socket. */
	on: 'http' | 'upgrade' | 'round';
	/** Directives, e.g. `#status 429 #retry-after 1`. */
	directives?: string;
	/** Instead of `directives`: each time it strikes, one of these is drawn. */
	oneOf?: string[];
	/** Only paths that contain this text. */
	path?: string;
	/** Only rounds whose question contains this text. */
	question?: string;
	/** How many times; without it, for ever. */
	times?: number;
	/** Let this many matching events pass first. */
	skip?: number;
	/** 0 to 1, drawn from the seeded generator. */
	probability?: number;
}

/** Where a fault may strike. */
export interface FaultSite {
	on: Fault['on'];
	path: string;
	question?: string;
}

export interface FaultBook {
	add(fault: Fault): void;
	/** Restarts the random numbers, so that a run can be repeated. */
	seed(seed: number): void;
	clear(): void;
	list(): Fault[];
	/** Number of times any fault has struck. */
	struck(): number;
	/** How often each directives have struck, by `on` and their text. */
	strikes(): Record<string, number>;
	/** Directives of the faults that strike here, counted as used. */
	strike(site: FaultSite): string;
}

/** Mulberry32: small, fast and the same on every machine. */
function randomNumbers(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Creates an empty list of faults with the seed 1. */
export function createFaultBook(): FaultBook {
	let faults: Fault[] = [];
	let random = randomNumbers(1);
	let counts = new Map<string, number>();

	function hits(fault: Fault, site: FaultSite): boolean {
		if (fault.on !== site.on || !site.path.includes(fault.path ?? '')) return false;
		if (fault.question && !(site.question ?? '').includes(fault.question)) return false;
		if (fault.times === 0) return false;
		if (fault.skip) {
			fault.skip -= 1;
			return false;
		}
		if (fault.probability !== undefined && random() >= fault.probability) return false;
		if (fault.times !== undefined) fault.times -= 1;
		return true;
	}

	/** The directives of a fault that strikes, counted. */
	function directivesOf({ on, directives = '', oneOf }: Fault): string {
		const drawn = oneOf?.[Math.floor(random() * oneOf.length)] ?? directives;
		const key = `${on} ${drawn}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
		return drawn;
	}

	return {
		add: (fault) => void faults.push({ ...fault }),
		seed: (seed) => void (random = randomNumbers(seed)),
		clear() {
			faults = [];
			counts = new Map();
			random = randomNumbers(1);
		},
		list: () => faults.map((fault) => ({ ...fault })),
		struck: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
		strikes: () => Object.fromEntries(counts),
		strike: (site) =>
			faults
				.filter((fault) => hits(fault, site))
				.map(directivesOf)
				.join(' '),
	};
}

/** Directives of a question together with those of the faults that strike it. */
export function directivesAt(faults: FaultBook, site: FaultSite): Directives {
	const planned = faults.strike(site);
	const question = site.question ?? '';
	const own = parseDirectives(question);
	return planned ? { ...parseDirectives(`${planned} ${question}`), text: own.text } : own;
}
