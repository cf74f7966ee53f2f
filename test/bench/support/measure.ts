/** The middle of the values; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((left, right) => left - right);
	const middle = sorted.length >> 1;
	const upper = sorted[middle];
	if (upper === undefined) throw new Error('No values to take the median of');
	const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper);
	return (lower + upper) / 2;
}

/** The value below which this part (0 to 1) of the values lies. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((left, right) => left - right);
	const value = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
	if (value === undefined) throw new Error('No values to take a quantile of');
	return value;
}

/**
 * Measures several things in turns (a, b, a, b, ...), so that whatever else the machine does hits
 * all of them alike. The first round warms up and is thrown away.
 *
 * @returns The values of each, by name.
 */
export async function inTurns<Name extends string>(
	rounds: number,
	things: Record<Name, () => Promise<number>>,
	{ warmUp = 1 }: { warmUp?: number } = {},
): Promise<Record<Name, number[]>> {
	const names = Object.keys(things) as Name[];
	const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
		Name,
		number[]
	>;
	for (let round = -warmUp; round < rounds; round++) {
		for (const name of names) {
			const value = await things[name]();
			if (round >= 0) values[name].push(value);
		}
	}
	return values;
}

/** `1.23`, `45.6`, `789`: three digits that matter. */
export function digits(value: number): string {
	if (value === 0) return '0';
	if (Math.abs(value) >= 100) return value.toFixed(0);
	return value.toPrecision(3);
}

/** A ratio as people say it. */
export function times(value: number): string {
	return `${value.toFixed(2)} times`;
}

/** Bytes as people say them. */
export function megabytes(bytes: number): string {
	return `${digits(bytes / 1e6)} MB`;
}
