/**
 * Reads the form in which n8n stores execution data: one JSON array whose first element is the
 * value, and in which every string, object and array inside another one is the index (as a string)
 * of the element that holds it. Shared and circular references come back as such.
 */
export function parseFlatted(text: string): unknown {
	const slots = JSON.parse(text) as unknown[];
	const containers = new Map<number, unknown>();

	const revive = (value: unknown): unknown =>
		typeof value === 'string' ? slot(Number(value)) : value;

	const slot = (index: number): unknown => {
		const raw = slots[index];
		if (typeof raw !== 'object' || raw === null) return raw;
		if (containers.has(index)) return containers.get(index);
		// Registered before it is filled: it may contain itself.
		if (Array.isArray(raw)) {
			const list: unknown[] = [];
			containers.set(index, list);
			for (const value of raw as unknown[]) list.push(revive(value));
			return list;
		}
		const object: Record<string, unknown> = {};
		containers.set(index, object);
		for (const [key, value] of Object.entries(raw)) object[key] = revive(value);
		return object;
	};
	return slot(0);
}
