const WITH_ZONE = /(Z|[+-]\d\d:?\d\d)$/i;
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?/;

/**
 * A point in time as an ISO 8601 text in UTC, whole seconds, from what n8n's date field or an
 * expression gives: a text with or without an offset, a date object. Texts without an offset are
 * meant in the workflow's time zone.
 *
 * @returns `undefined` when it is no date.
 */
export function utcTime(given: unknown, timeZone: string): string | undefined {
	const text = textOf(given);
	if (text === undefined || !ISO.test(text)) return undefined;
	const utc = Date.parse(WITH_ZONE.test(text) ? text : asUtc(text));
	if (Number.isNaN(utc)) return undefined;
	const time = WITH_ZONE.test(text) ? utc : utc - offsetMs(utc, timeZone);
	return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Dates of JavaScript and of n8n's expressions both know their ISO text. */
function textOf(given: unknown): string | undefined {
	if (typeof given === 'string') return given.trim();
	const { toJSON } = Object(given) as { toJSON?: () => unknown };
	const text = typeof toJSON === 'function' ? toJSON.call(given) : undefined;
	return typeof text === 'string' ? text : undefined;
}

function asUtc(text: string): string {
	return text.includes(':') ? `${text.replace(' ', 'T')}Z` : `${text}T00:00:00Z`;
}

/** How far the zone's clocks are ahead of UTC when they show what `wallClock` shows in UTC. */
function offsetMs(wallClock: number, timeZone: string): number {
	const guess = zoneOffsetMs(wallClock, timeZone);
	return zoneOffsetMs(wallClock - guess, timeZone);
}

function zoneOffsetMs(time: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(time);
	const part = (type: string) => Number(parts.find((entry) => entry.type === type)?.value);
	const shown = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	);
	return shown - Math.floor(time / 1000) * 1000;
}
