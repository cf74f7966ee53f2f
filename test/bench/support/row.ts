import type { BenchContext } from './context';

/** One row of the table of goals. */
export interface Row {
	number: number;
	/** What is measured. */
	what: string;
	measure(context: BenchContext): Promise<Outcome[]>;
}

/** One measured number beside its goal. */
export interface Outcome {
	/** What the number is, e.g. `50 items, 10 at a time`. */
	name: string;
	/** The number, with its unit, as it is printed. */
	measured: string;
	goal: string;
	met: boolean;
	/** How it was measured, for whoever doubts it. */
	details: string[];
}

interface Judged {
	name: string;
	value: number;
	/** How the number is printed. */
	show: (value: number) => string;
	details?: string[];
}

/** A number that must not be larger than the goal. */
export function atMost(goal: number, { name, value, show, details = [] }: Judged): Outcome {
	const met = value <= goal;
	return { name, measured: show(value), goal: `at most ${show(goal)}`, met, details };
}

/** A number that must not be smaller than the goal. */
export function atLeast(goal: number, { name, value, show, details = [] }: Judged): Outcome {
	const met = value >= goal;
	return { name, measured: show(value), goal: `at least ${show(goal)}`, met, details };
}
