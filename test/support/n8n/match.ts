/**
 * What stands in an expectation instead of a value that cannot be known before:
 * `{"$matches": "^[0-9]+$"}` a text, `{"$type": "string"}` anything of that type, `{"$absent": true}`
 * no such field. Everything else must be equal; objects may have more fields than expected, but
 * for `{}`, which means an empty object.
 */
type Operator = (actual: unknown, argument: unknown) => string | undefined;

const operators: Record<string, Operator> = {
	$matches: (actual, pattern) =>
		typeof actual === 'string' && new RegExp(String(pattern), 's').test(actual)
			? undefined
			: `does not match ${String(pattern)}`,
	$type: (actual, type) => (typeOf(actual) === type ? undefined : `is not of type ${String(type)}`),
	$absent: (actual) => (actual === undefined ? undefined : 'should not be there'),
};

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

function show(value: unknown): string {
	const text = JSON.stringify(value) ?? 'nothing';
	return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeOf(value) === 'object';
}

function compareLists(actual: unknown, expected: unknown[], path: string): string[] {
	if (!Array.isArray(actual)) return [`${path}: ${show(actual)} is not a list`];
	if (actual.length !== expected.length) {
		return [`${path}: has ${actual.length} entries instead of ${expected.length}`];
	}
	return expected.flatMap((entry, index) => differences(actual[index], entry, `${path}[${index}]`));
}

/** Every difference as a sentence with its path; none means that it is as expected. */
export function differences(actual: unknown, expected: unknown, path = 'output'): string[] {
	if (Array.isArray(expected)) return compareLists(actual, expected, path);
	if (!isObject(expected)) {
		return Object.is(actual, expected)
			? []
			: [`${path}: ${show(actual)} instead of ${show(expected)}`];
	}
	const [name = '', ...others] = Object.keys(expected);
	const operator = operators[name];
	if (operator && others.length === 0) {
		const complaint = operator(actual, expected[name]);
		return complaint ? [`${path}: ${show(actual)} ${complaint}`] : [];
	}
	if (!isObject(actual)) return [`${path}: ${show(actual)} is not an object`];
	if (name === '' && Object.keys(actual).length > 0)
		return [`${path}: ${show(actual)} is not empty`];
	return Object.entries(expected).flatMap(([key, value]) =>
		differences(actual[key], value, `${path}.${key}`),
	);
}
