/** Two requests that lie less than this apart belong to one poll. */
const SAME_POLL_MS = 5_000;

/** How many requests each poll made, from the moments (milliseconds, in order) of all requests. */
export function perPoll(moments: readonly number[]): number[] {
	const polls: number[] = [];
	moments.forEach((at, index) => {
		const before = moments[index - 1];
		if (before === undefined || at - before > SAME_POLL_MS) polls.push(1);
		else polls[polls.length - 1] = (polls.at(-1) ?? 0) + 1;
	});
	return polls;
}
