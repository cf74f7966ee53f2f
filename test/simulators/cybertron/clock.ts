/** The two time formats of flow frames and session lists, in UTC. */

/** `2024-11-18 15:05`, or with seconds `2024-11-18 15:05:31`. */
export function dateText(at: number, withSeconds = false): string {
	const iso = new Date(at).toISOString();
	return `${iso.slice(0, 10)} ${iso.slice(11, withSeconds ? 19 : 16)}`;
}

/** `20241118150531091582`: the digits of a moment down to microseconds (history). */
export function historyDate(at: number): string {
	const digits = new Date(at).toISOString().replace(/\D/g, '');
	return `${digits}${String((at * 7919) % 1000).padStart(3, '0')}`;
}
