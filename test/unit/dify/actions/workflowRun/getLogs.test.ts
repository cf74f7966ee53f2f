import { utcTime } from '../../../../../nodes/Dify/actions/workflowRun/getLogs';

it.each([
	['2025-01-31T09:30:00Z', 'Asia/Tokyo', '2025-01-31T09:30:00Z'],
	['2025-01-31T09:30:00.123Z', 'Asia/Tokyo', '2025-01-31T09:30:00Z'],
	['2025-01-31T09:30:00+05:30', 'Asia/Tokyo', '2025-01-31T04:00:00Z'],
	['2025-01-31T09:30:00-0800', 'UTC', '2025-01-31T17:30:00Z'],
	['2025-01-31T09:30:00', 'UTC', '2025-01-31T09:30:00Z'],
	['2025-01-31T09:30:00', 'Asia/Tokyo', '2025-01-31T00:30:00Z'],
	['2025-01-31 09:30', 'Asia/Tokyo', '2025-01-31T00:30:00Z'],
	['2025-01-31', 'America/New_York', '2025-01-31T05:00:00Z'],
	// Both sides of the hour that is lost, and of the one that comes twice.
	['2025-03-30T01:59:00', 'Europe/Berlin', '2025-03-30T00:59:00Z'],
	['2025-03-30T03:00:00', 'Europe/Berlin', '2025-03-30T01:00:00Z'],
	['2025-10-26T01:30:00', 'Europe/Berlin', '2025-10-25T23:30:00Z'],
	['2025-10-26T03:30:00', 'Europe/Berlin', '2025-10-26T02:30:00Z'],
])('%s in %s is %s', (given, zone, utc) => {
	expect(utcTime(given, zone)).toBe(utc);
});

it('takes a date object, as expressions give it', () => {
	const date = new Date('2025-01-31T09:30:00Z');
	expect(utcTime(date, 'Asia/Tokyo')).toBe('2025-01-31T09:30:00Z');
	expect(utcTime({ toJSON: () => '2025-01-31T10:30:00.000+01:00' }, 'UTC')).toBe(
		'2025-01-31T09:30:00Z',
	);
});

it.each([
	'yesterday',
	'2025-13-45',
	'31.01.2025',
	'Flight 5',
	'5',
	'',
	5,
	null,
	{},
	[],
	new Date(NaN),
])('does not take %j for a time', (given) => {
	expect(utcTime(given, 'UTC')).toBeUndefined();
});
